"""Units of pixels in the notation of astropy, from FITS headers and options."""

import re

from astropy import units
from astropy.units import photometric

# Pixels that are stretched for display, or in standard deviations of the noise, have no physical unit.
NOT_PHYSICAL = ("", "stretched", "stretched_DN", "noise deviations", "grey level")
# Notations of survey headers that astropy does not parse.
SPELLINGS = {
    "electrons": "electron",
    "e-": "electron",
    "counts": "ct",
    "cts": "ct",
    "photons": "photon",
    "adu": "adu",
    "adus": "adu",
    "electron": "electron",
    "sec": "s",
    "second": "s",
    "seconds": "s",
    "cps": "ct/s",
    "nanomaggies": "nmgy",
}


def normalised_unit(text, where):
    """Return a unit in the ASCII notation of astropy: `µJy` becomes `uJy`, `ELECTRONS/S` becomes `electron / s`.

    Parameters
    ----------
    text : str or None
    where : str
        The file or data set, for the message.

    Raises
    ------
    ValueError
        If the unit is unknown to astropy.
    """
    text = (text or "").strip()
    if text in NOT_PHYSICAL:
        return text
    for spelling in (text, respelt(text)):
        unit = parsed(spelling)
        if unit is not None:
            return unit.to_string()
    raise ValueError(
        f"{where}: unit {text!r} is unknown: set the option unit of the data set, e.g. to 'electron / s' or 'uJy'"
    )


def respelt(text):
    """Return a unit with the notations of surveys replaced by those of astropy."""
    words = re.sub(r"[A-Za-z]+-?", lambda word: SPELLINGS.get(word[0].lower(), word[0]), text.replace("·", " "))
    return words.replace("/S", "/s")


def parsed(text):
    """Return a unit, or None if it is unknown to astropy."""
    with units.add_enabled_units(photometric):
        try:
            return units.Unit(text)
        except (ValueError, TypeError):
            return None
