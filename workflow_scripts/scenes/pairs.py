"""Pairs of sources within a distance of each other: of a whole field, and of each source.

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


def estimate_pairs(positions, sides, radii, shares, rng):
    """Return `corrected_pairs`, each step from radius to radius estimated from a random share (k,) of the sources.

    Ripley's K is invariant under independent thinning.
    """
    if min(shares) == 1:
        return corrected_pairs(positions, sides, radii)
    n, between = len(positions), []
    order = rng.permutation(n)
    for low, high, share in zip([0.0, *radii[:-1]], radii, shares, strict=True):
        kept = max(2, round(share * n))
        found = np.ptp(corrected_pairs(positions[order[:kept]], sides, [low, high]))
        between.append(found * (n * (n - 1)) / (kept * (kept - 1)))
    return np.cumsum(between)


def affordable_shares(counts, sides, radii, most_pairs):
    """Return the shares (k,) of the sources of which fields of these counts hold so many pairs within each radius."""
    n_pairs = np.sum(np.square(counts, dtype=float)) * np.pi * np.asarray(radii) ** 2 / sides.prod() / 2
    return np.sqrt(np.minimum(1, most_pairs / np.maximum(n_pairs, 1)))


def count_neighbours(positions, radius):
    """Return how many other sources lie within a radius of each, (n,) int: the local density."""
    if len(positions) < 2:
        return np.zeros(len(positions), int)
    tree = cKDTree(positions)
    return np.asarray(tree.query_ball_point(positions, radius, return_length=True)) - 1
