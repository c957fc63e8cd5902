"""Small tables as CSV: ours are written with commas, a user's may have semicolons or tabs, and blanks."""

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
    """Yield a writer of rows (dicts of these keys), for tables that are longer than memory should hold."""
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        yield writer


def read_csv(path, required=()):
    """Read a CSV as a list of dicts of strings.

    Raises
    ------
    ValueError
        Naming the required columns that are missing, or where the file is no text.
    """
    with open_rows(path) as rows:
        columns = next(rows, [])
        table = [dict(zip_longest(columns, row)) for row in rows if row]
    check_columns(path, columns, required)
    return table


def check_columns(path, columns, required):
    """Refuse a table without the required columns, naming those that are missing and those that it has."""
    missing = [name for name in required if name not in columns]
    if missing:
        has = f"it has {', '.join(columns)}" if columns else "it is empty"
        raise ValueError(f"{path}: no column {', '.join(missing)}; {has}")


@contextmanager
def open_rows(path):
    """Yield the rows of a CSV, plain or packed with gzip, one after the other: lists of str, the header first.

    The header tells commas, semicolons and tabs apart. Blanks around cells, the byte-order mark of spreadsheets and the
    kind of line end do not count.

    Raises
    ------
    ValueError
        Where the file is no text in UTF-8.
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
    """Return the delimiter that divides a line into most cells; a comma where none does."""
    cells = {mark: next(csv.reader([header], delimiter=mark, skipinitialspace=True)) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: len(cells[mark]))
