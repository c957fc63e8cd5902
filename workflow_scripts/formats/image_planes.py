"""Planes of images in FITS files: shape, header and WCS at once, pixels window by window."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from workflow_scripts.formats.celestial_wcs import area_of, read_wcs
from workflow_scripts.formats.fits_axes import Axes, axes_of, planar_header
from workflow_scripts.formats.fits_files import explained, find_image, open_fits

STRIP_PIXELS = 2**22  # of a strip of an image
OF_THE_FILE = ("SIMPLE", "BITPIX", "NAXIS", "EXTEND", "GROUPS", "PCOUNT", "GCOUNT", "BZERO", "BSCALE", "BLANK")


@dataclass(frozen=True)
class ImagePlane:
    """One band of an image in an open FITS file.

    Attributes
    ----------
    name : str
        File and extension, for messages.
    header : astropy.io.fits.Header
        Cards of the extension, then those of the primary header that it does not have.
    wcs : astropy.wcs.WCS or None
        Of the two axes of the sky, with its distortion.
    ignored : tuple of str
        Parts of the header that were ignored as invalid.
    hdu : astropy.io.fits.ImageHDU or CompImageHDU
    axes : Axes
    band : int
        Number of the plane in a cube; 0 if there is one plane.
    """

    name: str
    header: fits.Header
    wcs: WCS | None
    ignored: tuple
    hdu: fits.ImageHDU
    axes: Axes
    band: int = 0

    @property
    def shape(self):
        """Return the shape (y, x)."""
        return self.axes.plane

    @property
    def pixel_scale_arcsec(self):
        """Return the side of a pixel at the reference position of the WCS; None without a WCS."""
        return None if self.wcs is None else area_of(self.wcs) ** 0.5

    def read(self, window=np.s_[:, :]):
        """Return the pixels of a window.

        Parameters
        ----------
        window : tuple of two slices
            Rows and columns, `np.s_[y0:y1, x0:x1]`.

        Returns
        -------
        pixels : (y, x), the type of the file in native byte order
            `BZERO` and `BSCALE` are applied; NaN for `BLANK`.

        Raises
        ------
        ValueError
            If the pixels cannot be read.
        """
        with explained(self.name, "its pixels cannot be read", "copy or download the file again"):
            cut = self.stored[self.axes.index(window, self.band)]
            pixels = np.asarray(cut).squeeze(self.axes.others)
        if pixels.dtype.kind not in "biuf":
            raise ValueError(f"{self.name}: pixels of type {pixels.dtype}; expected real numbers")
        pixels = np.array(pixels, pixels.dtype.newbyteorder("="))  # no view of the file
        blank = self.unsigned_blank
        return pixels if blank is None else np.where(pixels == blank, np.nan, pixels.astype(np.float64))

    @property
    def stored(self):
        """Return the array that windows are cut from; each row that astropy reads costs 0.1 ms, mapped ones do not."""
        raw, place = self.hdu.header, self.hdu.fileinfo()
        as_stored = raw.get("BSCALE", 1) == 1 and raw.get("BZERO", 0) == 0 and "BLANK" not in raw
        if isinstance(self.hdu, fits.CompImageHDU) or not as_stored:
            return self.hdu.section
        kind = np.dtype(fits.BITPIX2DTYPE[raw["BITPIX"]]).newbyteorder(">")
        return np.memmap(place["file"].name, kind, "r", place["datLoc"], self.axes.shape)

    @property
    def unsigned_blank(self):
        """Return the value of `BLANK` in unsigned integers, for which astropy does not apply it."""
        raw = self.hdu.header
        kinds = {8: -(2**7), 16: 2**15, 32: 2**31, 64: 2**63}
        if "BLANK" not in raw or raw.get("BSCALE", 1) != 1 or raw.get("BZERO") != kinds.get(raw["BITPIX"]):
            return None
        return raw["BLANK"] + raw["BZERO"]


@contextmanager
def open_planes(path, extension=None, role="science"):
    """Yield the planes of one image of a FITS file, a tuple of `ImagePlane`: several for a cube.

    Parameters
    ----------
    path : str or Path
    extension, role
        See `find_image`.

    Raises
    ------
    ValueError
        If the file is missing or damaged, or has no such image.
    """
    with open_fits(path) as file:
        hdu, name = find_image(file, path, extension, role)
        axes = axes_of(hdu.shape, hdu.header, name)
        wcs, ignored = read_wcs(planar_header(hdu.header, axes), file)
        if ignored:
            warn_once(f"{name}: ignored in the header: {'; '.join(ignored)}")
        header = inherited(hdu.header, file[0].header)
        planes = range(axes.n_bands)
        yield tuple(ImagePlane(name, header, wcs, tuple(ignored), hdu, axes, band) for band in planes)


@contextmanager
def open_plane(path, extension=None, band=None, role="science"):
    """Yield one plane of an image of a FITS file; `band` is its number in a cube.

    Raises
    ------
    ValueError
        If the image is a cube and no band is given, or it does not have this band.
    """
    with open_planes(path, extension, role) as planes:
        if len(planes) > 1 and band is None:
            raise ValueError(f"{planes[0].name}: a cube of {len(planes)} bands: give the number of one, from 0")
        if (band or 0) >= len(planes):
            raise ValueError(f"{planes[0].name}: no band {band}; it has {len(planes)}, numbered from 0")
        yield planes[band or 0]


def inherited(header, primary):
    """Return the header of an extension with the cards of the primary header that it does not have."""
    whole = header.copy()
    for card in primary.cards:
        structural = card.keyword.startswith(OF_THE_FILE) or card.keyword in ("", "COMMENT", "HISTORY", "EXTNAME")
        if not structural and card.keyword not in whole:
            whole.append(card)
    return whole


def strips(shape, n_pixels=STRIP_PIXELS):
    """Yield windows of whole rows that cover an image (y, x) from the first row to the last."""
    rows = max(1, n_pixels // shape[1])
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0])), slice(0, shape[1])


@cache
def warn_once(message):
    """Log a warning, the first time only: images are read several times."""
    logging.warning(message)
