"""Your own galaxies: pictures listed in a table, with columns of labels."""

import math
from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.pictures import decoded
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.settings.bases.datasets import PictureOptions
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="galaxies", linear=False)


class Options(PictureOptions):
    """The table and its columns, and preparation of the pictures."""

    files: list[str] = option(..., "The CSV that lists the pictures.", min_length=1, max_length=1)
    file_column: str = option("file", "Column of the file names, relative to the folder of the CSV.")
    id_column: str = option("", "Column of identifiers; empty: the file name.")
    class_column: str = option("class", "Column of the class.")
    attribute_columns: list[str] = option([], "Columns of numerical attributes.")


def fetch(folder, options):
    """Record size and checksum of the table; nothing is copied."""
    path = Path(options.files[0])
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")}]


def table(options):
    """Read the table and require the columns named in the options."""
    required = [options.file_column, options.class_column, *options.attribute_columns]
    return read_csv(options.files[0], [*required, *([options.id_column] if options.id_column else [])])


def describe(folder, options):
    """Return the properties of the pixels, and the classes in alphabetical order."""
    classes = sorted({row[options.class_column] for row in table(options)})
    return {"unit": "stretched", "band": "picture", "classes": classes}


def read(folder, options):
    """Yield each picture, (s, s[, band]) float32, with its id, class and attributes."""
    home = Path(options.files[0]).parent
    items = ((home / row[options.file_column], labels(row, options)) for row in table(options))
    yield from decoded(items, options.max_unreadable, options)


def labels(row, options):
    """Return id, class and attributes of a row of the table.

    Raises
    ------
    ValueError
        If an attribute is not a finite number; the message names row and column.
    """
    found = {"id": row[options.id_column or options.file_column], "class": row[options.class_column]}
    for name in options.attribute_columns:
        try:
            found[name] = float(row[name])
        except ValueError:
            found[name] = math.nan
        if not math.isfinite(found[name]):
            raise ValueError(f"{options.files[0]}: {found['id']}: {name} is {row[name]!r}, not a number")
    return found
