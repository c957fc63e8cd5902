"""Catalogues: ECSV with units and descriptions, FITS binary tables for large ones."""

import csv
import io
import unicodedata
from pathlib import Path

import numpy as np
from astropy import units
from astropy.io import fits
from astropy.table import Table

from workflow_scripts.attributes.known import source_column
from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.tables import open_rows


def write_catalogue(path, columns, *, unit="", band_units=None, column=source_column, **meta):
    """Write a catalogue as ECSV or FITS, by the suffix of the path.

    Parameters
    ----------
    columns : dict of str to array (n,)
    unit : str
        Unit of the pixels on which fluxes were measured.
    band_units : dict of str to str or None
        Likewise of columns of one band, whose names end with that of the band.
    column : callable
        Maps the name of a column to its `Attribute`: `source_column` or `galaxy_column`.
    """
    with whole_file(path) as part:
        if str(path).endswith(".ecsv"):
            table = described_table(columns, unit, column, meta, band_units)
            table.write(part, format="ascii.ecsv", overwrite=True, delimiter=",")
        else:
            fits.HDUList([fits.PrimaryHDU(), table_hdu(columns, unit, column, meta, band_units)]).writeto(
                part, overwrite=True
            )


def plain_table(columns, unit, meta):
    """Return columns as a table, with the unit of the fluxes in its metadata."""
    return Table(columns, meta={"FLUXUNIT": unit, **meta} if unit else meta)


def described_table(columns, unit="", column=source_column, meta=None, band_units=None):
    """Return columns as a table with units and descriptions."""
    table = plain_table(columns, unit, meta or {})
    for name in table.colnames:
        attribute = column(name)
        table[name].description = attribute.description
        table[name].unit = as_unit(attribute.unit_on(pixel_unit(name, unit, band_units)))
    return table


def table_hdu(columns, unit="", column=source_column, meta=None, band_units=None):
    """Return columns as a FITS table with units; text is converted to ASCII, as FITS requires."""
    texts = {name: in_ascii(values) for name, values in columns.items()}
    hdu = fits.table_to_hdu(plain_table(texts, unit, meta or {}))
    for number, name in enumerate(columns, 1):
        text = column(name).unit_on(pixel_unit(name, unit, band_units))
        if text:  # unchanged: `electron` is not in the FITS standard, but readers display any unit
            hdu.header.set(f"TUNIT{number}", text, after=f"TFORM{number}")
    return hdu


def pixel_unit(name, unit, band_units):
    """Return the unit of the pixels that a column was measured on: that of its band, or else the common one."""
    return next((text for band, text in (band_units or {}).items() if name.endswith(f"_{band}")), unit)


def in_ascii(values):
    """Return a column with non-ASCII letters replaced by their base letter, or by a question mark."""
    values = np.asarray(values)
    if values.dtype.kind != "U":
        return values
    return np.array([base_letters(str(text)).encode("ascii", "replace").decode() for text in values], "U")


def base_letters(text):
    """Return a text without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def as_unit(text):
    """Return a unit, also an unrecognised one; None for an empty text."""
    return units.Unit(text, parse_strict="silent") if text else None


def read_catalogue(path):
    """Read a catalogue as an astropy table; its columns are plain columns with units.

    Parameters
    ----------
    path : str or Path
        ECSV or CSV, by the suffix, or FITS.

    Raises
    ------
    ValueError
        If the file cannot be read as a table.
    """
    if Path(path).suffix == ".csv":
        return read_csv_table(path)
    ecsv = Path(path).suffix == ".ecsv"
    kind = {"format": "ascii.ecsv"} if ecsv else {"format": "fits", "unit_parse_strict": "silent"}
    try:
        return Table.read(path, **kind)
    except Exception as error:
        known = "ECSV or CSV, by the suffix, or FITS"
        raise ValueError(f"{path} is not a readable catalogue ({known}): {first_line(error)}") from None


def read_csv_table(path):
    """Read a CSV with any delimiter as an astropy table; a column is numeric if all its cells are.

    Raises
    ------
    ValueError
        If the file is missing or not a table.
    """
    text = io.StringIO()
    try:
        with open_rows(path) as rows:
            csv.writer(text).writerows(rows)
        return Table.read(text.getvalue(), format="ascii.csv")
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except Exception as error:
        raise ValueError(f"{path}: not a readable table ({first_line(error).removeprefix(f'{path}: ')})") from None


def first_line(error):
    """Return the first line of an exception's message; some readers add advice over several lines."""
    return (str(error) or type(error).__name__).strip().splitlines()[0]
