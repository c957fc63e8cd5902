"""Injected sources beside their detections: a table of all, and its statistics in bins."""

import numpy as np

from workflow_scripts.imaging.levels import SIGMA_PER_MAD
from workflow_scripts.injection.completeness import without_chance
from workflow_scripts.injection.matching import chance_matches, match_injected
from workflow_scripts.judging.intervals import fraction_interval

KNOWN = ("id", "x", "y", "mag", "flux", "half_light_radius", "axis_ratio", "theta")
BINNED = ("mag", "half_light_radius", "surface_brightness", "neighbour")
MEDIANS = ("flux_bias", "offset", "pull")


def recovery_of(truth, after, before, forced, radius, shape):
    """Return the columns of the sources injected into one image.

    Parameters
    ----------
    truth : dict of str to (n,) array
        The columns `KNOWN`.
    after, before : injection.matching.Catalogue
    forced : dict of (psf_flux, psf_flux_err)
        By id.
    radius : float
        Matching radius, pixel.
    shape : (y, x)

    Returns
    -------
    columns : dict of str to (n,) array
        Those of the truth, and `surface_brightness`, `neighbour`, `recovered` (0 or 1), `chance`, `found_x`,
        `found_y`, `found_flux`, `flux_bias`, `offset`, `psf_flux`, `psf_flux_err`, `pull`; NaN where unknown.
    """
    places, flux = np.column_stack([truth["x"], truth["y"]]).astype(float), np.asarray(truth["flux"], float)
    partner = match_injected(places, flux, after, before, radius)
    nothing = np.append(after.places, [[np.nan, np.nan]], axis=0), np.append(after.flux, np.nan)
    found, found_flux = (values[partner] for values in nothing)  # the last one, at index -1, is no source
    psf = np.array([forced.get(str(name), (np.nan, np.nan)) for name in truth["id"]]).reshape(-1, 2).T
    return {
        **{name: np.asarray(truth[name]) for name in KNOWN},
        "surface_brightness": surface_brightness(truth),
        "neighbour": before.nearest_distance(places),
        "recovered": (partner >= 0).astype(int),
        "chance": chance_matches(places, flux, after, before, radius, shape),
        **{"found_x": found[:, 0], "found_y": found[:, 1], "found_flux": found_flux},
        "flux_bias": (found_flux - flux) / flux,
        "offset": np.hypot(*(found - places).T),
        **{"psf_flux": psf[0], "psf_flux_err": psf[1], "pull": (psf[0] - flux) / psf[1]},
    }


def surface_brightness(truth):
    """Return the mean surface brightness within the half-light ellipse, mag / pixel2; NaN for point sources."""
    radius, ratio = (np.asarray(truth[name], float) for name in ("half_light_radius", "axis_ratio"))
    area = np.where(radius > 0, np.pi * radius**2 * ratio, np.nan)
    return np.asarray(truth["mag"], float) + 2.5 * np.log10(2 * area)


def bin_rows(table, n_bins):
    """Yield the statistics of all sources, and in bins of equal numbers of every quantity that varies.

    Parameters
    ----------
    table : dict of str to (n,) array
        Return values of `recovery_of`, joined.
    n_bins : int
        Largest number of bins.
    """
    everything = np.ones(len(table["mag"]), bool)
    yield {"by": "all", "low": np.nan, "high": np.nan, **statistics(table, everything)}
    for name in BINNED:
        values = np.where(np.isfinite(table[name]), table[name], np.nan)
        if not np.isfinite(values).any() or np.nanmax(values) == np.nanmin(values):
            continue
        edges = np.unique(np.nanquantile(values, np.linspace(0, 1, n_bins + 1)))
        number = np.digitize(values, edges[1:-1])
        for which, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
            chosen = np.isfinite(values) & (number == which)
            if chosen.any():
                yield {"by": name, "low": low, "high": high, **statistics(table, chosen)}


def statistics(table, chosen):
    """Return the statistics of some sources."""
    n, recovered = int(chosen.sum()), int(table["recovered"][chosen].sum())
    share, low, high = fraction_interval(recovered, n)
    chance = float(table["chance"][chosen].mean())
    known = {name: table[name][chosen & np.isfinite(table[name])] for name in MEDIANS}
    medians = {name: median(values) for name, values in known.items()}
    width = SIGMA_PER_MAD * median(np.abs(known["pull"] - medians["pull"]))
    completeness = {"completeness": share, "completeness_low": low, "completeness_high": high, "chance": chance}
    return {"n": n, **completeness, "corrected": without_chance(share, chance), **medians, "pull_width": width}


def median(values):
    """Return the median; NaN without values."""
    return float(np.median(values)) if len(values) else np.nan
