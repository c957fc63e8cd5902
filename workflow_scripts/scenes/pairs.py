"""Numbers of pairs of sources within a distance, in a field and for each source.

The cost grows linearly with the number of sources in a field.
"""

import numpy as np
from scipy.spatial import cKDTree


def corrected_pairs(positions, sides, radii):
    """Return sum over ordered pairs closer than r of |W| / |W and W shifted by their separation|, for each r.

    The translation correction of Ohser and Stoyan (1981).

    Parameters
    ----------
    positions : (n, 2) float
        x, y in pixels.
    sides : (2,) float
        Width and height of the window W, pixel.
    radii : (k,) float
        Ascending, pixel.
    """
    if len(positions) < 2:
        return np.zeros(len(radii))
    first, second = cKDTree(positions).query_pairs(radii[-1], output_type="ndarray").T
    apart = np.abs(positions[first] - positions[second])
    weight = 2 * sides.prod() / (sides - apart).prod(axis=1)
    return sum_within(np.hypot(*apart.T), weight, radii)


def sum_within(distance, weight, radii):
    """Return the sum of the weights of distances up to each radius."""
    bins = np.searchsorted(radii, distance)
    return np.cumsum(np.bincount(bins, weight, len(radii) + 1))[: len(radii)]


def estimate_pairs(positions, sides, radii, fractions, rng):
    """Return `corrected_pairs`, with each increment between radii estimated from a random fraction (k,) of the sources.

    Ripley's K is invariant under independent thinning.
    """
    if min(fractions) == 1:
        return corrected_pairs(positions, sides, radii)
    n, between = len(positions), []
    order = rng.permutation(n)
    for low, high, fraction in zip([0.0, *radii[:-1]], radii, fractions, strict=True):
        kept = max(2, round(fraction * n))
        found = np.ptp(corrected_pairs(positions[order[:kept]], sides, [low, high]))
        between.append(found * (n * (n - 1)) / (kept * (kept - 1)))
    return np.cumsum(between)


def affordable_fractions(counts, sides, radii, max_pairs):
    """Return the fractions (k,) of the sources for which fields have `max_pairs` pairs within each radius."""
    n_pairs = np.sum(np.square(counts, dtype=float)) * np.pi * np.asarray(radii) ** 2 / sides.prod() / 2
    return np.sqrt(np.minimum(1, max_pairs / np.maximum(n_pairs, 1)))


def count_neighbours(positions, radius):
    """Return the number of other sources within a radius of each source, (n,) int: the local density."""
    if len(positions) < 2:
        return np.zeros(len(positions), int)
    tree = cKDTree(positions)
    return np.asarray(tree.query_ball_point(positions, radius, return_length=True)) - 1
