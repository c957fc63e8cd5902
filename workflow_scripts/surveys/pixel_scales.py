"""Pixels on a scale that is not linear in flux, as the header states it: linearised if it is known, else refused."""

import re
from dataclasses import dataclass
from math import e, log10

import numpy as np

POGSON = 2.5 * log10(e)
NOT_LINEAR = re.compile(r"(log|ln\b|ln\(|asinh|arcsinh|sqrt|mag|lupt|dex|dB\b|dB\()", re.IGNORECASE)
STRETCHES = ("STRETCH", "SCALING", "SCALETYP")  # keywords of programs that stretch pictures
LINEAR = ("", "NONE", "LINEAR", "IDENTITY")


@dataclass(frozen=True)
class AsinhScale:
    """The scale of Pan-STARRS stacks: pixels = 2.5 log10(e) asinh((flux - offset) / (2 softening)).

    Source: Waters et al. 2020, ApJS 251, 4.

    Attributes
    ----------
    offset, softening : float
        Keywords BOFFSET and BSOFTEN.
    """

    offset: float
    softening: float

    def linear(self, pixels):
        """Return fluxes from the pixels of a file."""
        return self.offset + 2 * self.softening * np.sinh(np.asarray(pixels, np.float64) / POGSON)


@dataclass(frozen=True)
class LinearScale:
    """Pixels that are proportional to flux."""

    def linear(self, pixels):
        """Return the pixels."""
        return pixels


def scale_of(header, name):
    """Return the scale of the pixels of an image by its header.

    Raises
    ------
    ValueError
        If the header states a scale that is not linear and cannot be inverted, or one whose keywords are no numbers.
    """
    if "BSOFTEN" in header and "BOFFSET" in header:
        return AsinhScale(*(number_of(header, key, name) for key in ("BOFFSET", "BSOFTEN")))
    unit = str(header.get("BUNIT", "")).strip()
    stated = {"BUNIT": unit} if NOT_LINEAR.match(unit) else {}
    stretches = {key: str(header.get(key, "")).strip() for key in STRETCHES}
    stated |= {key: text for key, text in stretches.items() if text.upper() not in LINEAR}
    for key, text in stated.items():
        raise ValueError(f"{name}: pixels on a scale that is not linear ({key} = {text!r}): convert them to fluxes")
    return LinearScale()


def number_of(header, key, name):
    """Return the value of a keyword of a pixel scale, a number."""
    try:
        return float(header[key])
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}: {key} = {header[key]!r} is not a number, and the pixels cannot be converted to fluxes: "
            "correct the header"
        ) from None
