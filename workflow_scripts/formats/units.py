"""Units of pixels, spelt as astropy spells them, from whatever a file's header or a user's option says."""

import re

from astropy import units
from astropy.units import photometric

# Values that are stretched for display, or counted in standard deviations of the noise, have no physical unit.
NOT_PHYSICAL = ("", "stretched", "stretched_DN", "noise deviations", "grey level")
# What headers of surveys say and astropy does not read.
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
    """Return a unit in astropy's spelling, which is ASCII: `µJy` becomes `uJy`, `ELECTRONS/S` `electron / s`.

    Parameters
    ----------
    text : str or None
    where : str
        The file, or the data set, that the unit is of.

    Raises
    ------
    ValueError
        Where astropy does not know the unit, with the remedy.
    """
    text = (text or "").strip()
    if text in NOT_PHYSICAL:
        return text
    for spelling in (text, respelt(text)):
        unit = parsed(spelling)
        if unit is not None:
            return unit.to_string()
    raise ValueError(
        f"{where}: unit {text!r} is unknown: set the data set's option unit, to 'electron / s' or 'uJy' say"
    )


def respelt(text):
    """Return a unit with the words that surveys use replaced by astropy's."""
    words = re.sub(r"[A-Za-z]+-?", lambda word: SPELLINGS.get(word[0].lower(), word[0]), text.replace("·", " "))
    return words.replace("/S", "/s")


def parsed(text):
    """Return a unit, or None where astropy does not know it."""
    with units.add_enabled_units(photometric):
        try:
            return units.Unit(text)
        except (ValueError, TypeError):
            return None
