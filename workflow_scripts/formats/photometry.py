"""What the pixels of a stack are: bands, units, zero points, scale and noise, of which every reader asks one object."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Photometry:
    """Photometric properties of pixels, per band.

    A stack without a band axis has one band; for one with a band axis, a value that all bands share may stand alone.

    Attributes
    ----------
    bands : tuple of str
    units : tuple of str
        Unit of the pixels in the notation of astropy; empty if unknown.
    zeropoints_ab : tuple of (float or None)
        AB magnitude of one unit; None if the fluxes are not calibrated.
    pixel_scale_arcsec : float or None
    noise_levels : tuple of (float or None)
        Standard deviation of the noise.
    """

    bands: tuple = ("",)
    units: tuple = ("",)
    zeropoints_ab: tuple = (None,)
    pixel_scale_arcsec: float | None = None
    noise_levels: tuple = (None,)

    @property
    def unit(self):
        """Return the unit that all bands share, else an empty text."""
        return shared(self.units) or ""

    @property
    def zeropoint_ab(self):
        """Return the zero point that all bands share, or None."""
        return shared(self.zeropoints_ab)

    @property
    def magnitude_zeropoint(self):
        """Return the zero point of magnitudes: 0 if fluxes are not calibrated, so that these are instrumental."""
        return self.zeropoint_ab or 0.0

    @property
    def noise_level(self):
        """Return the noise level that all bands share, or None."""
        return shared(self.noise_levels)

    @property
    def attributes(self):
        """Return the attributes of a stack: values of one band as they are, those of several as JSON."""
        lists = {"band": self.bands, "unit": self.units, "zeropoint_ab": self.zeropoints_ab}
        lists |= {"noise_level": self.noise_levels}
        found = {name: values[0] if len(values) == 1 else list(values) for name, values in lists.items()}
        return {**found, "pixel_scale_arcsec": self.pixel_scale_arcsec}


def shared(values):
    """Return the value that all bands have, or None."""
    return values[0] if len(set(values)) == 1 else None


def photometry_of(attributes):
    """Return the photometry that the attributes of a stack state.

    Parameters
    ----------
    attributes : mapping
        `band`, `unit`, `zeropoint_ab`, `noise_level`, each a value or a JSON list with one per band, and
        `pixel_scale_arcsec`; any may be missing.
    """
    bands, units = (values_of(attributes.get(name) or "") for name in ("band", "unit"))
    numbers = [values_of(attributes.get(name)) for name in ("zeropoint_ab", "noise_level")]
    return Photometry(bands, units, numbers[0], attributes.get("pixel_scale_arcsec"), numbers[1])


def values_of(value):
    """Return the values of an attribute, one per band."""
    listed = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
    return tuple(listed) if isinstance(listed, list | tuple) else (value,)
