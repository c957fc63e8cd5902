"""A user's table of requests, CSV or ECSV: a row per requested galaxy, or per several alike."""

import numpy as np

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.formats.catalogues import read_catalogue, read_csv_table

COPIES = "number"  # column: number of galaxies requested by a row


def read_requests(path, names):
    """Read requested attributes.

    Parameters
    ----------
    path : str
        CSV or ECSV. Columns and cells may be missing: values that are not requested are drawn later. The column
        `number` contains the number of galaxies that a row requests.
    names : sequence of str
        Attributes that can be requested.

    Returns
    -------
    requested : dict of str to (n,) array
        For each column of the table: text, empty if not requested, or float, NaN if not requested.

    Raises
    ------
    ValueError
        If the file is not a table, has unknown columns, no row, or values that are not numbers.
    """
    table = read_catalogue(path) if str(path).endswith(".ecsv") else read_csv_table(path)
    unknown = sorted(set(table.colnames) - {*names, COPIES})
    if unknown:
        raise ValueError(f"{path}: unknown column {', '.join(unknown)}; known: {', '.join([*names, COPIES])}")
    if not len(table):
        raise ValueError(f"{path}: the table has no rows")
    requested = {name: read_column(table, name, path) for name in names if name in table.colnames}
    copies = read_copies(table, path)
    return {name: np.repeat(values, copies) for name, values in requested.items()} or {
        COPIES: np.repeat(np.nan, copies.sum())
    }


def read_copies(table, path):
    """Return the number of galaxies requested by each row, (n,) int; 1 if the table has no such column."""
    if COPIES not in table.colnames:
        return np.ones(len(table), int)
    copies = read_column(table, COPIES, path)
    wrong = np.flatnonzero(~((copies >= 1) & (copies % 1 == 0)))
    if len(wrong):
        raise ValueError(f"{path}, row {wrong[0] + 1}: number {copies[wrong[0]]:g} is not a positive integer")
    return copies.astype(int)


def read_column(table, name, path):
    """Return one column; empty cells are empty text or NaN."""
    values = np.ma.asarray(table[name])
    return as_text(values) if name == CLASS.name else as_numbers(values, f"{path}, row {{row}}: {name}")


def as_text(values):
    """Return a masked column as text."""
    text = np.asarray(values.filled() if values.dtype.kind == "f" else values.data).astype(str)
    return np.where(np.ma.getmaskarray(values), "", text)


def as_numbers(values, where):
    """Return a masked column as finite floats, NaN for masked cells."""
    if values.dtype.kind not in "biuf":
        row = next(row for row, text in enumerate(values) if not is_number(text))
        raise ValueError(f"{where.format(row=row + 1)} {values[row]!s} is not a number")
    numbers = np.ma.filled(values.astype(float), np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"{where.format(row=int(np.argmax(np.isinf(numbers))) + 1)} is infinite")
    return numbers


def is_number(text):
    """Return whether a cell is a number or empty."""
    try:
        float(text)
    except ValueError:
        return str(text).strip() in ("", "--")
    return True
