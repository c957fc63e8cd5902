"""Stamps as arrays on disk: images and segmentation maps as NPY, and a CSV with a row per stamp."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.tables import read_csv

# Column of the CSV (in lower case): column of the catalogue of stamps, and its type.
NEEDED = {"id": ("id", int), "mag": ("mag", float), "flux_radius": ("flux_radius", float), "segval": ("segval", int)}
KNOWN = {
    **NEEDED,
    "ra": ("ra", float),
    "dec": ("dec", float),
    "field": ("field", str),
    "mag_err": ("mag_err", float),
    "z": ("z", float),
    "galtype": ("galtype", str),
    "clean_flag": ("clean_flag", bool),
}
SYNONYMS = {"radius": "flux_radius"}  # the name in published catalogues
DEFAULTS = {"mag_err": np.nan, "z": np.nan, "galtype": "unknown"}


@dataclass(frozen=True)
class StampArrays:
    """Stamps on disk and their catalogue.

    Attributes
    ----------
    images : (n, s, s) or (n, s, s, band), memory-mapped
    segmentation : (n, s, s) int, memory-mapped
    rows : list of dict
        A row per stamp, with the columns of the catalogue of stamps.
    """

    images: np.ndarray
    segmentation: np.ndarray
    rows: list


def open_stamps(images, segmentation, catalogue, required=()):
    """Open stamps and check that the three files are consistent.

    Parameters
    ----------
    images, segmentation, catalogue : path
    required : sequence of str
        Columns that the catalogue must have besides `id`, `mag`, `flux_radius`, `segval`.

    Raises
    ------
    ValueError
        If a shape, a type or the number of rows is wrong, columns are missing, or ids are not unique.
    """
    pixels, maps = open_array(images), open_array(segmentation)
    if pixels.ndim not in (3, 4) or pixels.shape[1] != pixels.shape[2] or pixels.dtype.kind not in "fiu":
        raise ValueError(f"{images}: {pixels.dtype} of shape {pixels.shape}; expected (n, s, s) or (n, s, s, band)")
    if maps.shape != pixels.shape[:3]:
        raise ValueError(f"{segmentation}: shape {maps.shape}; {images} has {pixels.shape}: expected one map per stamp")
    if maps.dtype.kind not in "iu":
        raise ValueError(f"{segmentation}: labels are {maps.dtype}; expected integers")
    rows = read_rows(catalogue, [*NEEDED, *required])
    if len(rows) != len(pixels):
        raise ValueError(f"{catalogue} has {len(rows)} rows, {images} {len(pixels)} stamps: expected one row per stamp")
    return StampArrays(pixels, maps, rows)


def open_array(path):
    """Open an NPY file without reading it.

    Raises
    ------
    ValueError
        If it is missing, truncated, or not an NPY file of numbers.
    """
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path}: not a readable NPY file ({error})") from None


def read_rows(path, needed):
    """Read a catalogue of stamps; its column names may be in capitals.

    Raises
    ------
    ValueError
        If columns are missing, a value is not a number, or ids are not unique.
    """
    given = [{as_known(name): value for name, value in row.items() if name} for row in read_csv(path)]
    missing = [name for name in dict.fromkeys(needed) if given and name.lower() not in given[0]]
    if missing or not given:
        has = ", ".join(given[0]) if given else "no row"
        raise ValueError(f"{path}: no column {', '.join(missing or needed)}; it has {has}")
    rows = [translate(path, number, row) for number, row in enumerate(given)]
    ids, counts = np.unique([row["id"] for row in rows], return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"{path}: {(counts > 1).sum()} duplicate ids: {some(ids[counts > 1])}")
    return rows


def as_known(name):
    """Return the name of a column in lower case, with synonyms replaced by the name in `KNOWN`."""
    return SYNONYMS.get(name.lower(), name.lower())


def translate(path, number, row):
    """Return one row with the columns of the catalogue of stamps."""
    translated = dict(DEFAULTS)
    for name in KNOWN.keys() & row.keys():
        ours, kind = KNOWN[name]
        try:
            translated[ours] = PARSE[kind](row[name])
        except (ValueError, TypeError, OverflowError):
            raise ValueError(f"{path}: row {number}: {name} is {row[name]!r}, not a number") from None
    return {name: translated[name] for name, _ in KNOWN.values() if name in translated}


def to_float(text):
    """Return a number; an empty text is NaN."""
    return float(text) if text.strip() else np.nan


def to_int(text):
    """Return an integer; `17.0` is accepted."""
    value = float(text)
    if value != int(value):
        raise ValueError(text)
    return int(text) if text.strip().lstrip("+-").isdigit() else int(value)


def to_bool(text):
    """Return a flag that is given as a word or as a number."""
    words = {"true": True, "false": False}
    return words[text.strip().lower()] if text.strip().lower() in words else bool(float(text))


def to_text(text):
    """Return a name; also one in the notation of Python bytes, b'COSMOS    '."""
    text = text.strip()
    return (text[2:-1] if text[:2] in ("b'", 'b"') and text[-1] in "'\"" else text).strip()


PARSE = {int: to_int, float: to_float, bool: to_bool, str: to_text}


def some(names, limit=8):
    """Return the first names of a list for a message."""
    names = [str(name) for name in names]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
