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
        The catalogue, its table of fits, and all files of images, PSFs and noise that it names.

    Raises
    ------
    ValueError
        Where there is no catalogue or more than one, and where files that it names are not among those given.
    """
    paths = [Path(name) for name in files]
    tables = {path: table_of(path) for path in paths}
    found = [path for path, table in tables.items() if table is not None and "GAL_FILENAME" in table.dtype.names]
    if len(found) != 1:
        names = ", ".join(map(str, found)) or "none"
        raise ValueError(f"files: one catalogue with a column GAL_FILENAME is wanted; there is {names}")
    table = tables[found[0]]
    columns = [name for name in ("GAL_FILENAME", "PSF_FILENAME", "NOISE_FILENAME") if name in table.dtype.names]
    named = {str(name).strip() for column in columns for name in np.unique(table[column])} - {""}
    missing = sorted(named - {path.name for path in paths if path.parent == found[0].parent})
    if missing:
        raise ValueError(f"{found[0]} names {', '.join(missing)}, which is not among files (in the same folder)")
    return found[0], table, tables.get(found[0].with_name(f"{found[0].stem}_fits.fits"))


def table_of(path):
    """Return the first binary table of a FITS file as a NumPy array, or None where it has none.

    Raises
    ------
    ValueError
        Where the file is missing or no FITS file.
    """
    try:
        with fits.open(path) as file:
            if not isinstance(file[1], fits.BinTableHDU):
                return None
            table = Table(file[1].data)
    except IndexError:  # one image alone; the number of images in a large file is not asked: it would be read whole
        return None
    except OSError as error:
        raise ValueError(f"{path}: not a readable FITS file ({error})") from None
    table.convert_bytestring_to_unicode()
    return table.as_array()
