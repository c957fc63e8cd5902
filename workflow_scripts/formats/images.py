"""Images in common formats, read as arrays; fields written as FITS with a WCS."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from workflow_scripts.formats.atomic import whole_file
from workflow_scripts.formats.fits_files import is_fits
from workflow_scripts.formats.image_planes import open_planes
from workflow_scripts.formats.picture_files import read_picture

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


def read_image(path, hdu=None):
    """Read an image as an array of its own type, and metadata of its header.

    Parameters
    ----------
    path : str or Path
        FITS, PNG, JPEG, TIFF, WebP or NPY; the opacity of a picture is ignored.
    hdu : int or None
        Extension of a FITS file; None: the first one with an image.

    Returns
    -------
    image : (y, x) or (y, x, band)
    header : dict
        `unit` and `pixel_scale_arcsec` if the file has them.

    Raises
    ------
    ValueError
        If the file is missing, has an unknown format, or contains no image.
    """
    path = Path(path)
    if is_fits(path):
        return read_fits(path, hdu)
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    name = path.name.lower()
    if not name.endswith((".npy", *PICTURE_SUFFIXES)):
        raise ValueError(f"{path}: unknown image format; known: FITS, PNG, JPEG, TIFF, WebP, NPY")
    image = read_npy(path) if name.endswith(".npy") else read_picture(path).pixels
    if image.dtype.kind not in "biuf":
        raise ValueError(f"{path}: pixels of type {image.dtype}; expected real numbers")
    return image, {}


def read_npy(path):
    """Read an array of numbers."""
    try:
        return np.load(path, allow_pickle=False)
    except Exception as error:
        raise ValueError(f"{path}: not a readable image ({first_line(error)})") from None


def first_line(error):
    """Return the first line of an exception's message; some readers add advice over several lines."""
    return (str(error) or type(error).__name__).strip().splitlines()[0]


def read_fits(path, hdu):
    """Read one image of a FITS file with its unit and pixel scale."""
    with open_planes(path, hdu) as planes:
        return image_of(planes)


def image_of(planes):
    """Return the pixels of open planes, those of a cube with the band last, and `unit` and `pixel_scale_arcsec`."""
    first = planes[0]
    image = first.read() if len(planes) == 1 else np.stack([plane.read() for plane in planes], axis=-1)
    header = {"unit": str(first.header["BUNIT"])} if first.header.get("BUNIT") else {}
    return image, header | ({"pixel_scale_arcsec": first.pixel_scale_arcsec} if first.wcs else {})


def write_fits_fields(path, images, *, unit, pixel_scale_arcsec, scene="field"):
    """Write fields as the extensions of one FITS file, `FIELD_0` and so on, each with a tangent-plane WCS.

    ASSUME: a synthetic field has no position on the sky; its centre is set to RA 0, Dec 0. Without a pixel scale no WCS
    is written, as a wrong one would mislead cross-matching.
    """
    extensions = [fits.PrimaryHDU()]
    for number, image in enumerate(images):
        header = tangent_wcs(image.shape, pixel_scale_arcsec).to_header() if pixel_scale_arcsec else fits.Header()
        header["BUNIT"] = unit
        header["COMMENT"] = "catalogue: x, y count from 0; x_image, y_image from 1, as DS9 does"
        if not pixel_scale_arcsec:
            header["COMMENT"] = "pixel scale unknown: no WCS"
        extensions.append(fits.ImageHDU(np.asarray(image), header, name=f"{scene}_{number}"))
    with whole_file(path) as part:
        fits.HDUList(extensions).writeto(part, overwrite=True, output_verify="exception")


def tangent_wcs(shape, pixel_scale_arcsec):
    """Return a tangent-plane WCS centred on an image of a shape (y, x), north up and east left."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [0.0, 0.0]
    wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
    wcs.wcs.cdelt = [-pixel_scale_arcsec / 3600, pixel_scale_arcsec / 3600]
    return wcs
