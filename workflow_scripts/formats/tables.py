"""Small tables as CSV: written with commas, read with commas, semicolons or tabs."""

import csv
import gzip
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path

from workflow_scripts.formats.atomic import whole_file

DELIMITERS = ",;\t"


def write_csv(path, rows, columns=None):
    """Write rows (dicts of the same keys) as CSV; `columns` gives the order and the header of an empty table."""
    rows = list(rows)
    with open_csv(path, columns or rows[0]) as table:
        table.writerows(rows)


@contextmanager
def open_csv(path, columns):
    """Yield a writer of rows (dicts of these keys), for tables that do not fit into memory."""
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        yield writer


def read_csv(path, required=()):
    """Read a CSV as a list of dicts of strings.

    Raises
    ------
    ValueError
        If required columns are missing, or the file is not text.
    """
    with open_rows(path) as rows:
        columns = next(rows, [])
        table = [dict(zip_longest(columns, row)) for row in rows if row]
    check_columns(path, columns, required)
    return table


def check_columns(path, columns, required):
    """Raise an error for missing columns that lists these and the present ones."""
    missing = [name for name in required if name not in columns]
    if missing:
        has = f"it has {', '.join(columns)}" if columns else "it is empty"
        raise ValueError(f"{path}: no column {', '.join(missing)}; {has}")


@contextmanager
def open_rows(path):
    """Yield an iterator over the rows of a CSV, plain or gzipped: lists of str, the header first.

    The delimiter (comma, semicolon or tab) is determined from the header. Blanks around cells, a byte-order mark and
    the kind of line end are ignored.

    Raises
    ------
    ValueError
        If the file is not text in UTF-8.
    """
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(Path(path), "rt", newline="", encoding="utf-8-sig") as file:
        try:
            header = file.readline()
            rows = csv.reader(chain([header], file), delimiter=delimiter_of(header), skipinitialspace=True)
            yield ([cell.strip() for cell in row] for row in rows)
        except UnicodeDecodeError:
            raise ValueError(f"{path}: not text in UTF-8: save the table as CSV in UTF-8") from None
        except csv.Error as error:
            raise ValueError(f"{path}: not a readable CSV ({error})") from None


def delimiter_of(header):
    """Return the delimiter that splits a line into most cells; a comma if there is only one cell."""
    cells = {mark: next(csv.reader([header], delimiter=mark, skipinitialspace=True)) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: len(cells[mark]))
