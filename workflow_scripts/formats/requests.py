"""A user's table of requests: a row per galaxy that is wanted, in CSV or ECSV."""

import numpy as np

from workflow_scripts.attributes.known import CLASS
from workflow_scripts.formats.catalogues import read_catalogue, read_csv_table

COPIES = "number"  # of a row: how many galaxies like this one


def read_requests(path, names):
    """Read requested attributes.

    Parameters
    ----------
    path : str
        CSV or ECSV. Columns may be left out, and cells left empty: what is not requested is drawn later. A column
        `number` says how many galaxies of a row are wanted.
    names : sequence of str
        Attributes that can be requested.

    Returns
    -------
    requested : dict of str to (n,) array
        Per column that the table has: text, empty where it is left open, or float, NaN where it is.

    Raises
    ------
    ValueError
        Where the file is no table, has unknown columns, no row, or values that are no numbers.
    """
    table = read_catalogue(path) if str(path).endswith(".ecsv") else read_csv_table(path)
    unknown = sorted(set(table.colnames) - {*names, COPIES})
    if unknown:
        raise ValueError(f"{path}: unknown column {', '.join(unknown)}; known: {', '.join([*names, COPIES])}")
    if not len(table):
        raise ValueError(f"{path}: no request in it")
    requested = {name: read_column(table, name, path) for name in names if name in table.colnames}
    copies = read_copies(table, path)
    return {name: np.repeat(values, copies) for name, values in requested.items()} or {
        COPIES: np.repeat(np.nan, copies.sum())
    }


def read_copies(table, path):
    """Return how many galaxies of each row are wanted, (n,) int; 1 where the table does not say."""
    if COPIES not in table.colnames:
        return np.ones(len(table), int)
    wanted = read_column(table, COPIES, path)
    wrong = np.flatnonzero(~((wanted >= 1) & (wanted % 1 == 0)))
    if len(wrong):
        raise ValueError(f"{path}, row {wrong[0] + 1}: number {wanted[wrong[0]]:g} is not a whole number from 1")
    return wanted.astype(int)


def read_column(table, name, path):
    """Return one column; empty cells are empty text or NaN."""
    values = np.ma.asarray(table[name])
    return as_text(values) if name == CLASS.name else as_numbers(values, f"{path}, row {{row}}: {name}")


def as_text(values):
    """Return a masked column as text."""
    text = np.asarray(values.filled() if values.dtype.kind == "f" else values.data).astype(str)
    return np.where(np.ma.getmaskarray(values), "", text)


def as_numbers(values, where):
    """Return a masked column as finite floats, NaN where it is masked."""
    if values.dtype.kind not in "biuf":
        row = next(row for row, text in enumerate(values) if not is_number(text))
        raise ValueError(f"{where.format(row=row + 1)} {values[row]!s} is not a number")
    numbers = np.ma.filled(values.astype(float), np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"{where.format(row=int(np.argmax(np.isinf(numbers))) + 1)} is infinite")
    return numbers


def is_number(text):
    """Tell whether a cell holds a number, or nothing."""
    try:
        float(text)
    except ValueError:
        return str(text).strip() in ("", "--")
    return True
