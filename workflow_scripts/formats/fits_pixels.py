"""FITS files that differ from another one in pixels alone."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from astropy.io import fits

from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.fits_files import PACKED
from workflow_scripts.formats.image_planes import open_plane


@contextmanager
def changed_pixels(path, source, extension=None, band=None):
    """Copy a FITS file and yield the pixels of one image in it, (y, x), mapped and writable; all else stays.

    Parameters
    ----------
    path, source : str or Path
        The new file, which appears when the block ends, and the file that is copied.
    extension, band
        See `formats.image_planes.open_plane`.

    Raises
    ------
    ValueError
        If the pixels are compressed, have a checksum, or are no floating-point numbers.
    """
    with open_plane(source, extension, band) as plane:
        check_changeable(source, plane)
        kind = np.dtype(fits.BITPIX2DTYPE[plane.hdu.header["BITPIX"]]).newbyteorder(">")
        offset, shape = plane.hdu.fileinfo()["datLoc"], plane.axes.shape
        index = plane.axes.index(np.s_[:, :], plane.band)
    with whole_file(path) as part:
        shutil.copyfile(source, part)
        pixels = np.memmap(part, kind, "r+", offset, shape)
        yield pixels[index].squeeze(plane.axes.others)
        pixels.flush()


def check_changeable(path, plane):
    """Raise an error for an image whose pixels cannot be changed in place."""
    header = plane.hdu.header
    with Path(path).open("rb") as file:
        packed = file.read(2) in PACKED
    if packed or isinstance(plane.hdu, fits.CompImageHDU):
        raise ValueError(f"{plane.name}: compressed: decompress it (gunzip, funpack), as only its pixels are changed")
    if header["BITPIX"] > 0 or header.get("BSCALE", 1) != 1 or header.get("BZERO", 0) != 0:
        raise ValueError(f"{plane.name}: pixels are scaled or whole numbers: convert them to floating point")
    if "DATASUM" in header:
        raise ValueError(f"{plane.name}: it has a checksum, DATASUM, which new pixels contradict: remove the keyword")


def write_plane(path, pixels):
    """Write an image (y, x) as a FITS file without further keywords."""
    with whole_file(path) as part:
        fits.PrimaryHDU(np.asarray(pixels, np.float32)).writeto(part)
