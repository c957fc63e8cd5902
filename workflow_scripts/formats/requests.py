"""A user's table of requests: galaxies that are wanted, a row each, in CSV or ECSV."""

import numpy as np
from astropy.table import Table

COPIES = "number"  # of a row: how many galaxies like this one


def read_requests(path, kinds):
    """Read what is asked for.

    Parameters
    ----------
    path : str
        CSV or ECSV. Columns may be left out, and cells left empty: what is not asked for is drawn later. A column
        `number` says how many galaxies of a row are wanted.
    kinds : dict of str to str
        What may be asked for, and what it is: `class` (text) or `number`.

    Returns
    -------
    asked : dict of str to (n,) array
        Per column that the table has: text, empty where it does not matter, or float, NaN where it does not matter.

    Raises
    ------
    ValueError
        Where the file is no table, has unknown columns, no row, or values that are no numbers.
    """
    table = read_table(path)
    strange = sorted(set(table.colnames) - {*kinds, COPIES})
    if strange:
        raise ValueError(f"{path}: unknown column {', '.join(strange)}; known: {', '.join([*kinds, COPIES])}")
    if not len(table):
        raise ValueError(f"{path}: no request in it")
    asked = {name: read_column(table, name, kind, path) for name, kind in kinds.items() if name in table.colnames}
    copies = np.ones(len(table), int)
    if COPIES in table.colnames:
        wanted = read_column(table, COPIES, "number", path)
        wrong = np.flatnonzero(~((wanted >= 1) & (wanted % 1 == 0)))
        if len(wrong):
            raise ValueError(f"{path}, row {wrong[0] + 1}: number {wanted[wrong[0]]:g} is not a whole number from 1")
        copies = wanted.astype(int)
    return {name: np.repeat(values, copies) for name, values in asked.items()} or {
        COPIES: np.repeat(np.nan, copies.sum())
    }


def read_table(path):
    """Return a table with text where it is text, whatever the file's kind."""
    kind = "ascii.ecsv" if str(path).endswith(".ecsv") else "ascii.csv"
    try:
        return Table.read(path, format=kind)
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except Exception as error:
        said = (str(error) or type(error).__name__).strip().splitlines()[0]
        raise ValueError(f"{path}: not a readable table ({said})") from None


def read_column(table, name, kind, path):
    """Return one column; empty cells are empty text or NaN."""
    values = np.ma.asarray(table[name])
    if kind == "class":
        empty = np.ma.getmaskarray(values)
        return np.where(empty, "", np.asarray(values.filled() if values.dtype.kind == "f" else values.data).astype(str))
    if values.dtype.kind not in "biuf":
        row = next(row for row, text in enumerate(values) if not is_number(text))
        raise ValueError(f"{path}, row {row + 1}: {name} {values[row]!s} is not a number")
    numbers = np.ma.filled(values.astype(float), np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"{path}, row {int(np.argmax(np.isinf(numbers))) + 1}: {name} is infinite")
    return numbers


def is_number(text):
    """Tell whether a cell holds a number, or nothing."""
    try:
        float(text)
    except ValueError:
        return str(text).strip() in ("", "--")
    return True
