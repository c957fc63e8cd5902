"""Bands of images, by their headers or the names of their files."""

import re

FILTER_KEYS = ("FILTER", "FILTNAME", "FILTER1", "FILTER2", "BAND")
CLEAR = re.compile(r"(clear|none|open|empty|n/a|unknown|air)", re.IGNORECASE)
IN_NAMES = (  # from the most to the least certain; a name may contain several
    re.compile(r"(?<![a-z0-9])f\d{3,4}(?:w2|lp|[wmnx])(?![a-z0-9])", re.IGNORECASE),
    re.compile(r"(?<![A-Za-z0-9])(?:[ugrizyYJH]|Ks?|[UBVRI])(?![A-Za-z0-9])"),
)


def band_of(header, file, preset=None):
    """Return the name of the band of an image: lower-case letters, digits and underscores.

    Parameters
    ----------
    header : mapping
    file : str
        Name of the file, which is read if the header has no filter.
    preset : settings.surveys.Survey or None
        Translates values of FILTER.

    Raises
    ------
    ValueError
        If neither states a band.
    """
    text = filter_of(header) or band_in_name(file)
    if text is None:
        raise ValueError(f"{file}: no band, neither as FILTER in the header nor in the name: set the option bands")
    known = preset and (preset.band(text) or preset.band(text.split()[0]))
    return known[0] if known else identifier(text)


def filter_of(header):
    """Return the filter that a header states, or None; of two wheels the one that is not clear."""
    pupil = str(header.get("PUPIL", "")).strip()  # NIRCam: narrow filters are in the pupil wheel
    values = [pupil if re.match(r"F\d", pupil) else "", *(str(header.get(key, "")).strip() for key in FILTER_KEYS)]
    return next((value for value in values if value and not CLEAR.match(value)), None)


def band_in_name(file):
    """Return the band in the name of a file, the last one of the most certain kind; None if there is none."""
    name = file.rsplit("/", 1)[-1]
    for pattern in IN_NAMES:
        if found := pattern.findall(name):
            return found[-1]
    return None


def identifier(text):
    """Return a filter as a name: `i DECam SDSS c0003 7835.0` becomes `i`, `r.MP9601` `r`, `HSC-I` `hsc_i`."""
    return re.sub(r"[^a-z0-9]+", "_", text.split()[0].split(".")[0].lower()).strip("_")


def check_bands(names):
    """Raise an error for a band that is named twice.

    Raises
    ------
    ValueError
        If names are equal, also in lower case.
    """
    seen = [identifier(name) for name in names]
    twice = next((name for name, key in zip(names, seen, strict=True) if seen.count(key) > 1), None)
    if twice:
        raise ValueError(f"band {twice!r} is named twice: name each band once, with all its files")
