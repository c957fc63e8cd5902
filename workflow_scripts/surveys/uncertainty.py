"""Variance of the pixels from weight, rms, variance and exposure maps; masks of pixels that must not be used."""

from dataclasses import dataclass

import numpy as np

KINDS = {
    "weight": "inverse variance up to a factor, which the noise of the image determines",
    "inverse_variance": "inverse variance",
    "rms": "standard deviation",
    "variance": "variance",
    "exposure": "exposure time: the variance is inversely proportional to it, by a factor from the noise of the image",
}
SCALED = ("weight", "exposure")  # maps that need a factor


def variance_of(kind, pixels, scale=1.0):
    """Return the variance of pixels, float64; infinite where the map says that there are no data.

    Parameters
    ----------
    kind : str
        Key of `KINDS`.
    pixels : (y, x)
        Of the map.
    scale : float
        Variance of a pixel of the image where the map is 1, for kinds in `SCALED`.
    """
    values = np.asarray(pixels, np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        variance = values**2 if kind == "rms" else values if kind == "variance" else scale / values
    usable = np.isfinite(values) & (values > 0) & np.isfinite(variance) & (variance > 0)
    return np.where(usable, variance, np.inf)


@dataclass(frozen=True)
class MaskRule:
    """Which pixels of a mask must not be used.

    Attributes
    ----------
    bits : tuple of int or str
        Bits from 0, or names of bits that the header states as MP_NAME (LSST, HSC); a pixel with any of them is masked.
    values : tuple of int
        Values of masked pixels. Without bits and values, every value but 0 is masked.
    """

    bits: tuple = ()
    values: tuple = ()

    def masked(self, pixels, header, name):
        """Return the masked pixels, (y, x) bool; NaN is masked.

        Raises
        ------
        ValueError
            If the header does not state a named bit, or bits are requested of numbers that are not integers.
        """
        finite = np.isfinite(pixels)
        if self.values:
            return np.isin(pixels, self.values) | ~finite
        if not self.bits:
            return (pixels != 0) | ~finite
        whole = np.where(finite, pixels, 0).astype(np.int64)
        if not np.array_equal(whole[finite], pixels[finite]):
            raise ValueError(f"{name}: the mask has values that are not integers: it has no bits, give its values")
        selected = np.int64(np.uint64(sum(1 << bit for bit in self.numbers(header, name))))
        return ((whole & selected) != 0) | ~finite

    def numbers(self, header, name):
        """Return the numbers of the bits."""
        planes = {key.removeprefix("MP_"): header[key] for key in header if key.startswith("MP_")}
        missing = [bit for bit in self.bits if isinstance(bit, str) and bit.upper() not in planes]
        if missing:
            known = ", ".join(sorted(planes)) or "none"
            raise ValueError(f"{name}: no bit {missing[0]!r} in the header of the mask; it names: {known}")
        return {planes[bit.upper()] if isinstance(bit, str) else bit for bit in self.bits}


def check_shape(science, other, what):
    """Raise an error for a map that does not have the shape of its image.

    Parameters
    ----------
    science, other : formats.image_planes.ImagePlane
    what : str
        The map, for the message.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if other.shape != science.shape:
        sides = ["{1}x{0} px".format(*plane.shape) for plane in (other, science)]
        raise ValueError(
            f"{other.name}: the {what} has {sides[0]}, its image {science.name} {sides[1]}: give the map of this image"
        )
