"""Companions: bright sources that lie near larger bright ones, as many and as near as pairs of detected sources say."""

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

from workflow_scripts.scenes.pairs import corrected_pairs

N_RINGS, NEAREST, FAR = 10, 0.01, 0.3  # first edge: quantile of the nearest distances; last: fraction of a field's side
SIGNIFICANT = 9.2  # 1 % of the chi-square distribution of two degrees of freedom
MOST = 0.5  # largest fraction of companions: more are no companions but clusters


def draw_hosts(rng, radius, bright, fraction):
    """Draw which sources of a field are companions of which.

    Parameters
    ----------
    rng : numpy.random.Generator
    radius : (n,) float
    bright : (n,) bool
    fraction : float
        Of the bright sources that are companions.

    Returns
    -------
    host : (n,) int
        Row of a larger bright source that is no companion itself; -1 for none.
    """
    host, companion = np.full(len(radius), -1), bright & (rng.random(len(radius)) < fraction)
    hosts = np.flatnonzero(bright & ~companion)
    hosts = hosts[np.argsort(-radius[hosts], kind="stable")]
    larger = np.searchsorted(-radius[hosts], -radius[companion])
    chosen = np.floor(rng.random(len(larger)) * larger).astype(int)
    host[companion] = np.where(larger > 0, hosts[chosen] if len(hosts) else -1, -1)
    return host


def ring_edges(fields, shapes):
    """Return the edges of the rings around a source in which pairs are counted, (k + 1,); None if there are no pairs.

    The nearest sources that detection resolves are in the first ring.
    """
    far, first = FAR * min(min(shape) for shape in shapes), nearest_distance(fields)
    return np.geomspace(first, far, N_RINGS + 1) if 0 < first < far / 2 else None


def nearest_distance(fields):
    """Return the distance of the nearest sources that detection resolves, pixel; 0 if there are no pairs."""
    nearest = [cKDTree(one).query(one, k=2)[0][:, 1] for one in fields if len(one) > 1]
    return float(np.quantile(np.concatenate(nearest), NEAREST)) if nearest else 0.0


def neighbours_in_rings(fields, shapes, radii):
    """Return the mean number of other sources in each ring around a source, corrected for the edge of the field.

    Parameters
    ----------
    fields : list of (n, 2) float
        Positions x, y of the sources of every field, pixel.
    shapes : list of (y, x)
        Of each field.
    radii : (k + 1,) float
        Edges of the rings, pixel.

    Returns
    -------
    neighbours : (k,) float
    """
    pairs = sum(
        corrected_pairs(positions, np.array(shape[::-1], float), radii)
        for positions, shape in zip(fields, shapes, strict=True)
    )
    return np.diff(pairs) / max(1, sum(len(positions) for positions in fields))


def expected_neighbours(radii, density, fraction, width):
    """Return the same for independent sources of a given density (per pixel) of which a fraction are companions."""
    within = -np.expm1(-(radii**2) / (2 * width**2))  # of the companions of a source: Rayleigh's distribution
    return density * np.pi * np.diff(radii**2) + 2 * fraction * np.diff(within)


def fit_companions(radii, density, n, real, composed, fraction, width):
    """Fit companions to the pairs of sources in the data.

    Detection blends near sources. The pairs in each ring that it finds, of all that there are, are known from composed
    fields. The fit is by minimum contrast of square roots, in units of their errors; there are companions only where
    the likelihood ratio to independent sources is significant.

    Parameters
    ----------
    radii : (k + 1,) float
        Edges of the rings, pixel.
    density : float
        Of the bright sources, per pixel.
    n : (2,) int
        Number of bright sources in the data and in the composed fields.
    real, composed : (k,) float
        `neighbours_in_rings` in the data and in composed fields.
    fraction, width : float
        Companions of the composed fields.

    Returns
    -------
    fraction, width : float
        Of the bright sources that are companions, 0 for none; standard deviation of their distance along each axis,
        pixel.
    """
    # the square root of a number of pairs, n / 2 times the neighbours, has the error 1 / 2
    error = np.sqrt(np.sum(0.5 / np.asarray(n, float)))
    resolved = composed / expected_neighbours(radii, density, fraction, width)

    def contrast(given):
        expected = resolved * expected_neighbours(radii, density, *given)
        return (np.sqrt(expected) - np.sqrt(real)) / error

    low, high = (0.0, radii[0]), (MOST, radii[-1] / 2)
    starts = [(0.1, low[1] + share * (high[1] - low[1])) for share in (0.2, 0.5)]
    found = min((least_squares(contrast, start, bounds=(low, high)) for start in starts), key=lambda one: one.cost)
    better = np.sum(contrast((0.0, low[1])) ** 2) - 2 * found.cost
    return (float(found.x[0]), float(found.x[1])) if better > SIGNIFICANT else (0.0, 1.0)
