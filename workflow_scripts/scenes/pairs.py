"""Numbers of pairs of sources within a distance, in a field and for each source, by k-d trees."""

import numpy as np
from scipy.spatial import cKDTree

N_IN_MEMORY = 2**20  # pairs, at most


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
    return sum_corrected(positions[first] - positions[second], sides, radii)


def corrected_pairs_in_blocks(positions, sides, radii):
    """Return `corrected_pairs` with the pairs of a block of sources in memory at a time, for radii of the field's size.

    Memory is constant and the time grows with the number of pairs: there is no random thinning.
    """
    tree, total, block = cKDTree(positions), np.zeros(len(radii)), max(1, N_IN_MEMORY // max(1, len(positions)))
    for start in range(0, len(positions), block):
        part = cKDTree(positions[start : start + block])
        found = part.sparse_distance_matrix(tree, radii[-1], output_type="ndarray")
        first, second = found["i"] + start, found["j"]
        once = first < second
        total += sum_corrected(positions[first[once]] - positions[second[once]], sides, radii)
    return total


def sum_corrected(separations, sides, radii):
    """Return the sum of the corrections of pairs, each counted in both orders, up to each radius."""
    apart = np.abs(separations)
    return sum_within(np.hypot(*apart.T), 2 * sides.prod() / (sides - apart).prod(axis=1), radii)


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
