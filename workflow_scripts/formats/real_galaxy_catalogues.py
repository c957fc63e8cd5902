"""Files of a GalSim RealGalaxyCatalog: the catalogue, and the table of Sersic fits beside it."""

from functools import cache
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table


@cache
def open_catalogue(files):
    """Return the path of the catalogue among files, its table, and the table of fits beside it (or None).

    Parameters
    ----------
    files : tuple of str
        The catalogue, its table of fits, and all files of images, PSFs and noise that it refers to.

    Raises
    ------
    ValueError
        If there is not exactly one catalogue, or files that it refers to are missing.
    """
    paths = [Path(name) for name in files]
    tables = {path: table_of(path) for path in paths}
    found = [path for path, table in tables.items() if table is not None and "GAL_FILENAME" in table.dtype.names]
    if len(found) != 1:
        names = ", ".join(map(str, found)) or "none"
        raise ValueError(f"files: expected one catalogue with a column GAL_FILENAME; found {names}")
    table = tables[found[0]]
    columns = [name for name in ("GAL_FILENAME", "PSF_FILENAME", "NOISE_FILENAME") if name in table.dtype.names]
    named = {str(name).strip() for column in columns for name in np.unique(table[column])} - {""}
    missing = sorted(named - {path.name for path in paths if path.parent == found[0].parent})
    if missing:
        raise ValueError(f"{found[0]} refers to {', '.join(missing)}, which is not among files (in the same folder)")
    return found[0], table, tables.get(found[0].with_name(f"{found[0].stem}_fits.fits"))


def table_of(path):
    """Return the first binary table of a FITS file as a NumPy array, or None if it has none.

    Raises
    ------
    ValueError
        If the file is missing or not a FITS file.
    """
    try:
        with fits.open(path) as file:
            if not isinstance(file[1], fits.BinTableHDU):
                return None
            table = Table(file[1].data)
    except IndexError:  # a single image; len(file) would read a large file entirely
        return None
    except OSError as error:
        raise ValueError(f"{path}: not a readable FITS file ({error})") from None
    table.convert_bytestring_to_unicode()
    return table.as_array()
