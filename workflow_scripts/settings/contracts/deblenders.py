"""Deblenders: from blends to separate images of their sources."""

from dataclasses import dataclass
from typing import Protocol

from workflow_scripts.settings.declared import Declared, option


@dataclass(frozen=True)
class Blend:
    """A blend, as a deblender receives it.

    Attributes
    ----------
    number : int
        Row in the set of blends, from 0.
    image : (y, x, band) float32
        Pixels without background; one band is an axis of length 1.
    variance : (y, x, band) float
        Variance of their noise, above 0.
    psf : (p, p) float32 or None
        PSF of the first galaxy; None if it is unknown.
    detections : (k, 2) float
        x, y of the detected sources, pixel, first pixel 0; none for a deblender that detects sources itself.
    """

    number: int
    image: object
    variance: object
    psf: object
    detections: object


@dataclass(frozen=True)
class Sources:
    """The separate sources of a blend.

    Attributes
    ----------
    x, y : (k,) float
        Positions, pixel, first pixel 0.
    image : (k, y, x, band) float
        The light of each source, with or without noise.
    mask : (k, y, x) bool
        The pixels that belong to each source; masks may overlap.
    """

    x: object
    y: object
    image: object
    mask: object


class Deblender(Declared):
    """Input of a deblender."""

    detects: bool = option(False, "It detects sources itself and receives no detections.")


class DeblenderPlugin(Protocol):
    """A module of `deblenders/`."""

    DECLARATION: Deblender

    @staticmethod
    def separate(blends, options):
        """Yield the `Sources` of each of an iterable of `Blend`, in its order."""
