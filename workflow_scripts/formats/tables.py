"""Small tables as CSV."""

import csv
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.formats.atomic import whole_file


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
        Naming the required columns that are missing.
    """
    with Path(path).open(newline="", encoding="utf-8-sig") as file:  # spreadsheets put a mark before UTF-8
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames or []
    missing = [name for name in required if name not in columns]
    if missing:
        has = f"it has {', '.join(columns)}" if columns else "it is empty"
        raise ValueError(f"{path}: no column {', '.join(missing)}; {has}")
    return rows
