"""Your own galaxies: pictures that a table names, with columns of labels."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.pictures import decoded
from workflow_scripts.formats.tables import read_csv

YIELDS = "galaxies"
LINEAR = False  # ASSUME: pictures are stretched for display


@dataclass(frozen=True)
class Options:
    """Which table, what its columns are, and how pictures become images.

    `files` is one CSV, watched by the workflow; `file_column` holds names of pictures, relative to the CSV's folder;
    `id_column` (empty: the file's name), `class_column` and `attribute_columns` (numbers) say what each is. `crop` (0:
    the shorter side) and `size` in pixels; black becomes `low`, white `high`. `max_unreadable` is the share of pictures
    that may be missing or fail to decode: they are listed and left out.
    """

    files: list = field(default_factory=list)
    file_column: str = "file"
    id_column: str = ""
    class_column: str = "class"
    attribute_columns: list = field(default_factory=list)
    crop: int = 0
    size: int = 64
    low: float = 0.0
    high: float = 1.0
    max_unreadable: float = 0.0

    def __post_init__(self):
        if len(self.files) != 1:
            raise ValueError("files: give one CSV")
        if self.size < 16 or self.crop < 0 or not self.low < self.high:
            raise ValueError("size: at least 16; crop: not negative; low: below high")
        if not 0 <= self.max_unreadable < 1:
            raise ValueError(f"max_unreadable: {self.max_unreadable} is not between 0 and 1")


def fetch(folder, options):
    """Record the table's size and checksum; nothing is copied."""
    path = Path(options.files[0])
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")}]


def table(options):
    """Read the table with the columns that are asked for."""
    wanted = [options.file_column, options.class_column, *options.attribute_columns]
    return read_csv(options.files[0], [*wanted, *([options.id_column] if options.id_column else [])])


def describe(folder, options):
    """Return what the pixels are, and the classes in alphabetical order."""
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
        Naming the row and the column that holds no number.
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
