"""Thomas processes of clustered sources with a varying field density: K function, fit and simulation."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import least_squares

MARGIN = 4.0  # around the field in which cluster centres are drawn, in cluster widths
MIN_MEMBERS = 0.05  # of a fitted cluster; below, sources are practically independent
RICHEST = 16  # largest mean number of sources of simulated fields, relative to the requested number


@dataclass(frozen=True)
class Clusters:
    """Clusters of sources.

    Attributes
    ----------
    members : float
        Mean number of sources per cluster, 0 for independent sources.
    width : float
        Standard deviation of the members about their centre, pixel.
    field_spread : float
        Relative standard deviation of the number of sources from field to field.
    """

    members: float
    width: float
    field_spread: float


@dataclass(frozen=True)
class ThomasProcess(Clusters):
    """Law of the positions in a field, with `n_sources`, the mean number per field."""

    n_sources: float


@dataclass(frozen=True)
class FittedProcess(ThomasProcess):
    """Law of the positions of the sources of the data.

    Attributes
    ----------
    reach : float
        Distance within which neighbours are counted, pixel.
    separation : float
        Minimum distance of two sources, in units of the sum of their radii.
    """

    reach: float
    separation: float


@dataclass(frozen=True)
class MarkedProcess(FittedProcess):
    """Law of the sources of the data.

    Attributes
    ----------
    marks : dict of str to (m,) array
        Of the real sources.
    local_density : (m,) int
        Number of neighbours of each within `reach`.
    """

    marks: dict
    local_density: np.ndarray

    @cached_property
    def by_density(self):
        """Return the rows of the real sources in the order of their local density."""
        return np.argsort(self.local_density, kind="stable")


def thomas_k(radius, density, width, spread=0.0):
    """Return the K function of a Thomas process with a varying field density, over the mean intensity squared.

    (1 + v^2) pi r^2 + (1 - exp(-r^2 / 4 s^2)) / kappa: Thomas (1949), where v is 0.

    Parameters
    ----------
    radius : (m,) float
        Pixel.
    density : float
        Of cluster centres, per pixel: kappa.
    width : float
        Standard deviation of the members about their centre, pixel: s.
    spread : float
        Relative deviation of the intensity from field to field: v.
    """
    return (1 + spread**2) * np.pi * radius**2 + (1 - np.exp(-(radius**2) / (4 * width**2))) / density


def fit_clusters(radius, k, intensity, spread=None):
    """Fit clusters and field spread to the pairs between consecutive radii.

    Minimum contrast (Diggle 2003) of the square roots of the increments of K, whose errors are nearly constant. Pairs
    closer than the first radius are not used, as detection blends them. If no increment exceeds that of independent
    sources, there are neither clusters nor a spread.

    Parameters
    ----------
    radius, k : (m,) float
        K over the mean intensity squared, as returned by `thomas_k`.
    intensity : float
        Sources per pixel.
    spread : float or None
        Relative standard deviation of the richness from field to field, if known.

    Returns
    -------
    clusters : Clusters
    """
    pairs = np.diff(k)
    excess = np.sum(np.maximum(pairs - np.pi * np.diff(radius**2), 0))
    if not np.isfinite(excess) or excess <= 0:
        return Clusters(members=0.0, width=1.0, field_spread=0.0)

    def contrast(given):
        return np.sqrt(np.diff(thomas_k(radius, *np.exp(given[:2]), given[2]))) - np.sqrt(np.maximum(pairs, 0))

    most = np.log(intensity / MIN_MEMBERS)
    size = min(np.log(1 / excess), most - 1)
    free = (0.0, 0.2, 2.0) if spread is None else (spread, spread + 1e-6, spread + 2e-6)
    low, high = [size - 7, np.log(radius[0] / 8), free[0]], [min(size + 7, most), np.log(2 * radius[-1]), free[2]]
    starts = [[size, np.log(width), free[1]] for width in (radius[0], np.sqrt(radius[0] * radius[-1]))]
    found = min((least_squares(contrast, start, bounds=(low, high)) for start in starts), key=lambda one: one.cost)
    density, width = np.exp(found.x[:2])
    return Clusters(float(intensity / density), float(width), field_spread=float(found.x[2]))


def richness_spread(counts, members, width, shape):
    """Return the relative standard deviation of the field density that explains the variance of the counts.

    var = n (1 + m w) + v^2 n^2, where w is the fraction of the pairs of a cluster inside a field of sides L,
    about the product of 1 - 2 s / (sqrt(pi) L) over both sides.
    """
    n, share = counts.mean(), np.prod(1 - 2 * width / np.sqrt(np.pi) / np.array(shape, float))
    return float(np.sqrt(max(0.0, counts.var() - n * (1 + members * max(share, 0)))) / n)


def draw_positions(rng, process, shape):
    """Return the positions of the sources of one field.

    Clusters without a member are not drawn, so that the cost is proportional to the number of sources for any mean
    number of members.

    Parameters
    ----------
    rng : numpy.random.Generator
    process : ThomasProcess
    shape : (y, x)

    Returns
    -------
    positions : (n, 2) float
        x, y in pixels.
    """
    spread, sides = process.field_spread**2, np.array([shape[1], shape[0]], float)
    n_mean = process.n_sources * (rng.gamma(1 / spread, spread) if spread > 0 else 1.0)
    if process.members <= 0:
        return rng.uniform(-0.5, sides - 0.5, (rng.poisson(n_mean), 2))
    edge, occupied = MARGIN * process.width, -np.expm1(-process.members)  # fraction of the clusters with a member
    n_clusters = rng.poisson(n_mean * occupied / process.members * np.prod(sides + 2 * edge) / np.prod(sides))
    centres = rng.uniform(-0.5 - edge, sides - 0.5 + edge, (n_clusters, 2))
    members = draw_occupied(rng, process.members, n_clusters)
    positions = np.repeat(centres, members, axis=0) + process.width * rng.standard_normal((members.sum(), 2))
    return positions[((positions > -0.5) & (positions < sides - 0.5)).all(axis=1)]


def draw_occupied(rng, mean, n):
    """Return n zero-truncated Poisson numbers: the time of the first event is drawn, then the number of the others."""
    first = -np.log1p(rng.random(n) * np.expm1(-mean))
    return 1 + rng.poisson(np.maximum(mean - first, 0))


def draw_exactly(rng, process, n, draw, tries=200):
    """Return exactly n sources: a random subset of a field with at least n, which is drawn with increasing density.

    Parameters
    ----------
    n : int
        Number of sources requested.
    draw : callable
        Function of a process that returns the positions (k, 2) of the sources of a field and their marks, a dict of
        (k,) arrays.

    Raises
    ------
    ValueError
        If no field has enough sources.
    """
    richer = replace(process, field_spread=0.0, n_sources=max(process.n_sources, float(n)))
    limit = max(richer.n_sources, RICHEST * (n + process.members))
    for _ in range(tries):
        positions, marks = draw(richer)
        if len(positions) >= n:
            chosen = rng.permutation(len(positions))[:n]
            return positions[chosen], {name: values[chosen] for name, values in marks.items()}
        richer = replace(richer, n_sources=min(1.05 * richer.n_sources, limit))
    raise ValueError(f"none of {tries} fields had {n} sources that are far enough apart: request fewer")
