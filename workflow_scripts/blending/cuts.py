"""Cuts on galaxies, and their division into training, validation and test."""

import numpy as np


def cut_galaxies(table, options):
    """Return the rows of the galaxies that pass every cut.

    Parameters
    ----------
    table : dict of str to (n,) array
        `mag`, `flux_radius`, `galtype`, and `snr`, `clean_flag` if the cuts need them.
    options : settings.blending.PairGalaxies
        `mag_low`, `mag_high` (exclusive), `exclude_types`, `clean_only`, `min_snr`.

    Returns
    -------
    rows : (k,) int
    removed : list of str
        The number of galaxies that each cut removes after the preceding ones, as text.

    Raises
    ------
    ValueError
        If a type, or a column that a cut needs, does not exist.
    """
    kept, removed = np.ones(len(table["mag"]), bool), []
    for name, passed in cuts(table, options):
        lost = int((kept & ~passed).sum())
        kept &= passed
        removed.append(f"{name} removed {lost}")
    return np.nonzero(kept)[0], removed


def cuts(table, options):
    """Yield the name of each cut, and a mask of the galaxies that pass it."""
    magnitude, radius = np.asarray(table["mag"], float), np.asarray(table["flux_radius"], float)
    yield "unknown magnitude", ~np.isnan(magnitude)
    yield f"mag_low {options.mag_low:g}", magnitude > options.mag_low
    yield f"mag_high {options.mag_high:g}", magnitude < options.mag_high
    yield "unknown radius", radius > 0
    types = np.char.strip(np.asarray(table["galtype"]).astype(str))
    for name in options.exclude_types:
        if name not in types:
            raise ValueError(f"exclude_types: no galaxy is of type {name!r}; there are {', '.join(np.unique(types))}")
        yield f"exclude_types {name}", types != name
    if options.clean_only:
        yield "clean_only", column(table, "clean_flag", "clean_only") != 0
    if options.min_snr > 0:
        yield f"min_snr {options.min_snr:g}", column(table, "snr", "min_snr").astype(float) >= options.min_snr


def column(table, name, cut):
    """Return an optional column of the catalogue."""
    if name not in table:
        raise ValueError(f"{cut}: the catalogue of stamps has no column {name}; it has {', '.join(table)}")
    return np.asarray(table[name])


def divide(rows, test_ratio, valid_ratio, rng):
    """Divide galaxies into training, validation and test.

    Returns
    -------
    parts : dict of str to (k,) int
        `train`, `valid` and `test`, disjoint.
    """
    order = rows[rng.permutation(len(rows))]
    n_test, n_valid = round(test_ratio * len(rows)), round(valid_ratio * len(rows))
    test, valid, train = np.split(order, [n_test, n_test + n_valid])
    return {"train": np.sort(train), "valid": np.sort(valid), "test": np.sort(test)}
