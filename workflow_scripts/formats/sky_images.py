"""Images of the sky, read window by window with variance and mask, from any data set of images."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import isclose

import numpy as np
from astropy import units

from workflow_scripts.formats.photometry import Photometry
from workflow_scripts.formats.units import normalised_unit

COMPARED = {  # properties of `Photometry`, by the options that set them
    "unit": "units",
    "band": "bands",
    "pixel_scale_arcsec": "pixel_scale_arcsec",
    "zeropoint_ab": "zeropoints_ab",
}


@dataclass(frozen=True)
class Pixels:
    """Pixels of a window.

    Attributes
    ----------
    image : (y, x) or (y, x, band) float
        NaN where masked.
    variance : array of the same shape, float64, or None
        Infinite where masked. None if it is unknown.
    masked : array of the same shape, bool
    """

    image: np.ndarray
    variance: np.ndarray | None
    masked: np.ndarray


@dataclass(frozen=True)
class SkyImage:
    """One image of the sky, of one or several bands on one grid of pixels.

    Attributes
    ----------
    name : str
        For messages.
    shape : (y, x)
    photometry : Photometry
    read_window : callable
        Returns the `Pixels` of a window, slices of rows and columns.
    may_be_masked : bool
        Whether masked pixels are expected; else they are an error.
    wcs : str
        Header of the WCS; empty without one.
    psf_fwhm_arcsec : tuple of (float or None)
        Full width at half maximum of the PSF in each band; None if it is unknown.
    score : float or None
        Of the whole image, in data sets with scores.
    variance_type : type
        Of stored variances: float64 if they are out of the range of float32.
    """

    name: str
    shape: tuple
    photometry: Photometry
    read_window: Callable
    may_be_masked: bool = False
    wcs: str = ""
    psf_fwhm_arcsec: tuple = (None,)
    score: float | None = None
    variance_type: type = np.float32

    def read(self, window=np.s_[:, :]):
        """Return the `Pixels` of a window, slices of rows and columns."""
        return self.read_window(window)


def sky_images(source, folder, options):
    """Yield the images of a data set; each can be read until the next one is requested.

    Parameters
    ----------
    source : module
        Plugin of datasets/ that holds images.
    folder : str
    options : settings.declared.Declared
        Of the plugin.

    Raises
    ------
    ValueError
        If the unit given in the options is unknown. An unknown unit in a file's header is dropped with a warning.
    """
    if source.DECLARATION.by_windows:
        yield from source.open_images(folder, options)
        return
    known = {}  # one warning per unit
    for image, labels in source.read(folder, options):
        text = labels.get("unit")
        if text not in known:
            known[text] = unit_of(text, labels["name"], bool(getattr(options, "unit", "")))
        yield image_in_memory(image, labels, known[text])


def unit_of(text, name, given):
    """Return a unit in the notation of astropy; `given`: it stands in the options, where an unknown one is an error."""
    try:
        return normalised_unit(text, name)
    except ValueError as error:
        if given:
            raise
        logging.warning("%s; until then the pixels have no unit", error)
        return ""


def image_in_memory(image, labels, unit):
    """Return the image of a data set that is read as a whole.

    Parameters
    ----------
    image : (y, x) float32
    labels : dict
        See `settings.contracts.datasets.DatasetPlugin.read`.
    unit : str
    """

    def read_window(window):
        pixels = image[window]
        return Pixels(pixels, None, ~np.isfinite(pixels))

    zero_point, scale = (labels.get(name) for name in ("zeropoint_ab", "pixel_scale_arcsec"))
    photometry = Photometry((labels.get("band", ""),), (unit,), (zero_point,), scale)
    return SkyImage(labels["name"], image.shape, photometry, read_window, score=labels.get("score"))


def difference(one, first):
    """Return how the pixels of an image differ from those of the first one, or None: a stack has one photometry."""
    for key, attribute in COMPARED.items():
        ours, theirs = (getattr(image.photometry, attribute) for image in (one, first))
        pairs = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
        for value, expected in pairs:
            if not alike(value, expected, key):
                value, expected = (f"{it:.6g}" if isinstance(it, float) else it for it in (value, expected))
                return (
                    f"its {key} is {value}, that of {first.name} {expected}: convert it, or set it in dataset.options"
                )
    return None


def alike(value, expected, key):
    """Return whether two values agree: numbers to one part in a thousand, units in any spelling."""
    if value is None or expected is None:
        return value is expected
    if key == "unit":
        return units.Unit(value, parse_strict="silent") == units.Unit(expected, parse_strict="silent")
    return isclose(value, expected, rel_tol=1e-3) if isinstance(value, float) else value == expected
