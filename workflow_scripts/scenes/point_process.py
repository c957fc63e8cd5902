"""Thomas processes: sources in clusters, in fields of different richness; fitted by their K function, and drawn."""

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

MARGIN = 4.0  # cluster centres lie so many cluster widths outside the field, too


def thomas_k(radius, density, width, spread=0.0):
    """Return the K function of a Thomas process in fields of different richness, over the mean intensity squared.

    (1 + v^2) pi r^2 + (1 - exp(-r^2 / 4 s^2)) / kappa: Thomas (1949), where v is 0.

    Parameters
    ----------
    radius : (m,) float
        Pixel.
    density : float
        Of cluster centres, per pixel: kappa.
    width : float
        Deviation of the members from their centre, pixel: s.
    spread : float
        Relative deviation of the intensity from field to field: v.
    """
    return (1 + spread**2) * np.pi * radius**2 + (1 - np.exp(-(radius**2) / (4 * width**2))) / density


def fit_clusters(radius, k, intensity, spread=None):
    """Return the clusters and the spread of the fields whose pairs between consecutive radii are nearest to the data's.

    Minimum contrast (Diggle 2003) of the increments of K, their square roots, which evens out the errors of numbers of
    pairs. What happens below the first radius does not enter: there, detection makes one of two sources. Where no
    increment lies above that of independent sources there are neither clusters nor a spread.

    Parameters
    ----------
    radius, k : (m,) float
        K over the mean intensity squared, as of `thomas_k`.
    intensity : float
        Sources per pixel.
    spread : float or None
        Of the richness from field to field, where it is known.

    Returns
    -------
    clusters : dict
        `members` (mean number per cluster, 0 for none), `width` (pixel), `field_spread`.
    """
    pairs = np.diff(k)
    excess = np.sum(np.maximum(pairs - np.pi * np.diff(radius**2), 0))
    if not np.isfinite(excess) or excess <= 0:
        return {"members": 0.0, "width": 1.0, "field_spread": 0.0}

    def contrast(given):
        return np.sqrt(np.diff(thomas_k(radius, *np.exp(given[:2]), given[2]))) - np.sqrt(np.maximum(pairs, 0))

    size = np.log(1 / excess)
    free = (0.0, 0.2, 2.0) if spread is None else (spread, spread + 1e-6, spread + 2e-6)
    low, high = [size - 7, np.log(radius[0] / 8), free[0]], [size + 7, np.log(2 * radius[-1]), free[2]]
    starts = [[size, np.log(width), free[1]] for width in (radius[0], np.sqrt(radius[0] * radius[-1]))]
    found = min((least_squares(contrast, start, bounds=(low, high)) for start in starts), key=lambda one: one.cost)
    density, width = np.exp(found.x[:2])
    return {"members": float(intensity / density), "width": float(width), "field_spread": float(found.x[2])}


def richness_spread(counts, members, width, shape):
    """Return the relative deviation of the richness from field to field that explains the spread of the counts.

    var = n (1 + m w) + v^2 n^2, where w is the share of a cluster's pairs that a field of sides L holds,
    about the product of 1 - 2 s / (sqrt(pi) L) over both sides.
    """
    n, share = counts.mean(), np.prod(1 - 2 * width / np.sqrt(np.pi) / np.array(shape, float))
    return float(np.sqrt(max(0.0, counts.var() - n * (1 + members * max(share, 0)))) / n)


def draw_places(rng, process, shape):
    """Return the positions of the sources of one field.

    Parameters
    ----------
    rng : numpy.random.Generator
    process : dict
        `n_sources` (mean per field), `field_spread` (relative deviation of that from field to field), `members`,
        `width`.
    shape : (y, x)

    Returns
    -------
    places : (n, 2) float
        x, y in pixels.
    """
    spread, sides = process["field_spread"] ** 2, np.array([shape[1], shape[0]], float)
    n_mean = process["n_sources"] * (rng.gamma(1 / spread, spread) if spread > 0 else 1.0)
    if process["members"] <= 0:
        return rng.uniform(-0.5, sides - 0.5, (rng.poisson(n_mean), 2))
    edge = MARGIN * process["width"]
    n_clusters = rng.poisson(n_mean / process["members"] * np.prod(sides + 2 * edge) / np.prod(sides))
    centres = rng.uniform(-0.5 - edge, sides - 0.5 + edge, (n_clusters, 2))
    members = rng.poisson(process["members"], n_clusters)
    places = np.repeat(centres, members, axis=0) + process["width"] * rng.standard_normal((members.sum(), 2))
    return places[((places > -0.5) & (places < sides - 0.5)).all(axis=1)]


def draw_exactly(rng, process, n, draw, tries=1000):
    """Return exactly n sources: of a field that has more, some; fields that have fewer are drawn anew, and richer.

    Parameters
    ----------
    n : int
        Sources wanted.
    draw : callable
        From a process to the positions (k, 2) of a field's sources and their marks, a dict of (k,) arrays.

    Raises
    ------
    ValueError
        Where no field has so many.
    """
    richer = {**process, "field_spread": 0.0, "n_sources": max(process["n_sources"], float(n))}
    for _ in range(tries):
        places, marks = draw(richer)
        if len(places) >= n:
            chosen = rng.permutation(len(places))[:n]
            return places[chosen], {name: values[chosen] for name, values in marks.items()}
        richer["n_sources"] *= 1.05
    raise ValueError(f"no field of {tries} had {n} sources: ask for fewer")


def told_apart(rng, places, reach):
    """Tell which sources of a field stay where those are left out that detection would take for a part of another one.

    Of two that are too near one stays at random, a large one with a probability as its area: the large are in the way
    more often, and are as frequent after as before.

    Parameters
    ----------
    rng : numpy.random.Generator
    places : (n, 2) float
    reach : (n,) float
        Two sources are told apart where their distance is at least the sum of their reaches, pixel.

    Returns
    -------
    kept : (n,) bool
    """
    near = np.hypot(*(places[:, None] - places).transpose(2, 0, 1)) < reach[:, None] + reach
    kept, turn = np.ones(len(places), bool), rng.exponential(size=len(places)) / np.maximum(reach, 1e-6) ** 2
    for row in np.argsort(turn) if np.tril(near, -1).any() else ():
        kept[row] = not (near[row] & kept & (turn < turn[row])).any()
    return kept


def separation(places, radius):
    """Return the distance of each source's nearest neighbour over the sum of both radii, (n,); none of a lone one."""
    if len(places) < 2:
        return np.zeros(0)
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1)) / (radius[:, None] + radius)
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def company(places, reach):
    """Return how many other sources lie within reach of each, (n,) int."""
    if len(places) < 2:
        return np.zeros(len(places), int)
    tree = cKDTree(places)
    return np.asarray(tree.query_ball_point(places, reach, return_length=True)) - 1
