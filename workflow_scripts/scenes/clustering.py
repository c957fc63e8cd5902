"""Clusters of sources, fitted only if a Monte Carlo test rejects independent positions."""

import numpy as np

from workflow_scripts.scenes.pairs import affordable_fractions, estimate_pairs
from workflow_scripts.scenes.point_process import Clusters, fit_clusters, richness_spread

LEVEL = 0.01  # significance level of the test
N_SIMULATIONS = 99  # the smallest number that can reach the level
MAX_PAIRS = 30_000  # counted within each radius, in the data and in each simulation
PAIRS_PER_SOURCE = 20  # counted up to each radius; in more crowded fields among a random fraction of the sources


def find_clusters(positions, shape, radii, rng):
    """Return the clusters of sources and the p-value of independent positions; above `LEVEL` there are no clusters.

    Parameters
    ----------
    positions : list of (n, 2) float
        x, y of the sources of every field, pixel.
    shape : (y, x)
        Of a field, pixel.
    radii : (k,) float
        Radii at which pairs are counted, ascending, pixel; pairs closer than the first one are blended.
    rng : numpy.random.Generator

    Returns
    -------
    clusters : scenes.point_process.Clusters
    p_value : float
    """
    counts, sides = np.array([len(one) for one in positions], float), np.array([shape[1], shape[0]], float)
    own, other = rng.spawn(2)
    p_value = clustering_p_value(positions, sides, radii, own)
    if p_value > LEVEL:
        return Clusters(0.0, 1.0, richness_spread(counts, 0.0, 1.0, shape)), p_value
    pairs = np.mean([count_pairs(one, sides, radii, other) for one in positions], axis=0)
    known = radii, sides.prod() * pairs / counts.mean() ** 2, counts.mean() / sides.prod()
    first = fit_clusters(*known)
    return fit_clusters(*known, richness_spread(counts, first.members, first.width, shape)), p_value


def count_pairs(positions, sides, radii, rng):
    """Return the edge-corrected pairs of one field within each distance."""
    fractions = affordable_fractions([len(positions)], sides, radii, PAIRS_PER_SOURCE * len(positions))
    return estimate_pairs(positions, sides, radii, fractions, rng)


def clustering_p_value(fields, sides, radii, rng):
    """Return the p-value of independent positions against clustered ones, by a Monte Carlo test (Barnard 1963).

    The statistic is the largest excess of pairs between the smallest radius and any other one, in standard deviations
    of the simulations (the Studentised maximum of Myllymaki et al. 2017, one-sided). Each simulated field has as many
    sources as that of the data, so that different richness of the fields is not taken for clustering. Under
    independence the p-value is exact for any number of sources.

    Parameters
    ----------
    fields : list of (n, 2) float
        Positions x, y of the sources of every field, pixel.
    sides : (2,) float
        Width and height of a field, pixel.
    radii : (k,) float
        Ascending, pixel; pairs closer than the first one are blended.
    rng : numpy.random.Generator
    """
    counts = [len(one) for one in fields]
    fractions = affordable_fractions(counts, sides, radii, MAX_PAIRS)
    offsets = np.repeat(np.arange(len(fields)) * (sides[0] + 2 * radii[-1]), counts)[:, None] * [1, 0]

    def excess(positions):
        return np.diff(estimate_pairs(positions + offsets, sides, radii, fractions, rng)).cumsum()

    drawn = (rng.uniform(-0.5, sides - 0.5, (sum(counts), 2)) for _ in range(N_SIMULATIONS))
    found = np.array([excess(positions) for positions in (np.concatenate(fields), *drawn)])
    spread = found.std(axis=0)
    largest = ((found - found.mean(axis=0)) / np.where(spread > 0, spread, 1)).max(axis=1)
    return float(np.mean(largest >= largest[0]))
