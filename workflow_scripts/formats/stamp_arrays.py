"""Stamps as arrays on disk: images and segmentation maps as NPY, a row per stamp as CSV."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.tables import read_csv

# Column of the CSV (in small letters): column of ours, and its type.
NEEDED = {"id": ("id", int), "mag": ("mag", float), "radius": ("flux_radius", float), "segval": ("segval", int)}
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
SYNONYMS = {"flux_radius": "radius"}  # our own name of a column
DEFAULTS = {"mag_err": np.nan, "z": np.nan, "galtype": "unknown"}


@dataclass(frozen=True)
class StampArrays:
    """Stamps that lie on disk and their catalogue.

    Attributes
    ----------
    images : (n, s, s) or (n, s, s, band), memory-mapped
    segmentation : (n, s, s) int, memory-mapped
    rows : list of dict
        Our columns, a row per stamp.
    """

    images: np.ndarray
    segmentation: np.ndarray
    rows: list


def open_stamps(images, segmentation, catalogue, required=()):
    """Open stamps and check that the three files belong together.

    Parameters
    ----------
    images, segmentation, catalogue : path
    required : sequence of str
        Columns that the catalogue shall have besides `id`, `mag`, `radius`, `segval`.

    Raises
    ------
    ValueError
        Naming the file and what is wrong: shape, type, number of rows, missing columns, duplicate ids.
    """
    pixels, maps = open_array(images), open_array(segmentation)
    if pixels.ndim not in (3, 4) or pixels.shape[1] != pixels.shape[2] or pixels.dtype.kind not in "fiu":
        raise ValueError(f"{images}: {pixels.dtype} of shape {pixels.shape}; (n, s, s) or (n, s, s, band) is wanted")
    if maps.shape != pixels.shape[:3]:
        raise ValueError(
            f"{segmentation}: shape {maps.shape}; {images} has {pixels.shape}: one map per stamp is wanted"
        )
    if maps.dtype.kind not in "iu":
        raise ValueError(f"{segmentation}: labels are {maps.dtype}; whole numbers are wanted")
    rows = read_rows(catalogue, [*NEEDED, *required])
    if len(rows) != len(pixels):
        raise ValueError(
            f"{catalogue} has {len(rows)} rows, {images} {len(pixels)} stamps: one row per stamp is wanted"
        )
    return StampArrays(pixels, maps, rows)


def open_array(path):
    """Open an NPY file without reading it.

    Raises
    ------
    ValueError
        Where it is missing, cut off, or no NPY of numbers.
    """
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path}: not a readable NPY file ({error})") from None


def read_rows(path, needed):
    """Read a catalogue of stamps; the names of its columns may be in capitals.

    Raises
    ------
    ValueError
        Naming columns that are missing, the row and value that is no number, ids that are there twice.
    """
    given = [{as_known(name): value for name, value in row.items() if name} for row in read_csv(path)]
    missing = [name for name in dict.fromkeys(needed) if given and name.lower() not in given[0]]
    if missing or not given:
        has = ", ".join(given[0]) if given else "no row"
        raise ValueError(f"{path}: no column {', '.join(missing or needed)}; it has {has}")
    rows = [translate(path, number, row) for number, row in enumerate(given)]
    ids, counts = np.unique([row["id"] for row in rows], return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"{path}: {(counts > 1).sum()} ids are there more than once: {some(ids[counts > 1])}")
    return rows


def as_known(name):
    """Return the name of a column in small letters, and in that spelling of several that `KNOWN` has."""
    return SYNONYMS.get(name.lower(), name.lower())


def translate(path, number, row):
    """Return one row in our columns."""
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
    """Return a whole number; `17.0` is one."""
    value = float(text)
    if value != int(value):
        raise ValueError(text)
    return int(text) if text.strip().lstrip("+-").isdigit() else int(value)


def to_bool(text):
    """Return a flag that is written as a word or as a number."""
    words = {"true": True, "false": False}
    return words[text.strip().lower()] if text.strip().lower() in words else bool(float(text))


def to_text(text):
    """Return a name; some were written as Python shows bytes, b'COSMOS    '."""
    text = text.strip()
    return (text[2:-1] if text[:2] in ("b'", 'b"') and text[-1] in "'\"" else text).strip()


PARSE = {int: to_int, float: to_float, bool: to_bool, str: to_text}


def some(names, most=8):
    """Return names for a message, the first few of many."""
    names = [str(name) for name in names]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
