"""Sources that detection would blend: normalised separations, and thinning of fields.

Sources are grouped by octaves of their radii, so that the search radius is adapted to each group and the cost grows
linearly with the number of sources in a field.
"""

import numpy as np
from scipy.spatial import cKDTree

N_OCTAVES = 10  # of radii below the largest; smaller radii belong to the last one
SLACK = 1 + 1e-9  # of the search radius, for rounding


def normalised_separations(positions, radii):
    """Return the smallest distance of each source to another one over the sum of both radii, (n,); empty if n is 1.

    Parameters
    ----------
    positions : (n, 2) float
        x, y in pixels.
    radii : (n,) float
        Above 0, pixel.
    """
    if len(positions) < 2:
        return np.zeros(0)
    least, every = np.full(len(positions), np.inf), np.arange(len(positions))
    groups = [(rows, cKDTree(positions[rows])) for rows in by_octave(radii)]
    for rows, tree in groups:  # the nearest sources of each octave give an upper bound
        for near in tree.query(positions, k=np.arange(1, min(2, len(rows)) + 1))[1].T:
            lower(least, positions, radii, every, rows[near])
    bound = least * SLACK
    for rows, tree in groups:
        near = tree.query_ball_point(positions, bound * (radii + radii[rows].max()))
        others = rows[np.concatenate(near).astype(int)]
        lower(least, positions, radii, np.repeat(every, [len(one) for one in near]), others)
    return least


def lower(least, positions, radii, first, second):
    """Lower the normalised separations of sources to those from others, in place."""
    first, second = first[first != second], second[first != second]
    np.minimum.at(least, first, distances(positions, first, second) / (radii[first] + radii[second]))


def distances(positions, first, second):
    """Return the distances of pairs of sources."""
    return np.hypot(*(positions[first] - positions[second]).T)


def by_octave(radii):
    """Return the rows of the sources of each octave of radii, the smallest first."""
    octave = np.frexp(np.maximum(radii, max(radii.max(initial=0) / 2**N_OCTAVES, np.finfo(float).tiny)))[1]
    return [np.flatnonzero(octave == one) for one in np.unique(octave)]


def blended_pairs(positions, radii):
    """Return the pairs of sources that are closer than the sum of their radii, (m,) and (m,) int, each once."""
    found, smaller = [np.empty((0, 2), int)], np.zeros(len(radii), bool)
    for rows in by_octave(radii):
        own, reach, tree = np.zeros(len(radii), bool), 2 * radii[rows].max() * SLACK, cKDTree(positions[rows])
        own[rows] = True
        others = np.flatnonzero(smaller | own)
        near = tree.sparse_distance_matrix(cKDTree(positions[others]), reach, output_type="ndarray")
        first, second = rows[near["i"]], others[near["j"]]
        once = smaller[second] | (first < second)
        found.append(np.column_stack([first, second])[once])
        smaller |= own
    first, second = np.concatenate(found).T
    near = distances(positions, first, second) < radii[first] + radii[second]
    return first[near], second[near]


def thin_blended(rng, positions, radii):
    """Return a mask of the sources of a field that remain after blended ones are removed.

    One of two blended sources is kept at random, with a probability proportional to its area. Large sources are blended
    more often; with this probability their fraction is the same before and after.

    Parameters
    ----------
    rng : numpy.random.Generator
    positions : (n, 2) float
    radii : (n,) float
        Two sources are resolved if their distance is at least the sum of their radii, pixel.

    Returns
    -------
    kept : (n,) bool
    """
    rank = rng.exponential(size=len(positions)) / np.maximum(radii, 1e-6) ** 2
    one, other = blended_pairs(positions, radii)
    swap = rank[one] > rank[other]
    one, other = np.where(swap, other, one), np.where(swap, one, other)
    kept = np.ones(len(positions), bool)
    order = np.argsort(rank[one], kind="stable")
    for first, second in zip(one[order].tolist(), other[order].tolist(), strict=True):
        if kept[first]:
            kept[second] = False
    return kept
