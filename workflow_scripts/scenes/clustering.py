"""Monte Carlo test of independent positions of sources against clustering."""

import numpy as np

from workflow_scripts.scenes.pairs import affordable_fractions, estimate_pairs

LEVEL = 0.01  # significance level of the test
N_SIMULATIONS = 99  # the smallest number that can reach the level
MAX_PAIRS = 30_000  # counted within each radius in the data and in every simulation


def clustering_p_value(fields, sides, radii, rng):
    """Return the p-value of independent positions against clustered ones, by a Monte Carlo test (Barnard 1963).

    The statistic is the largest excess of pairs between the smallest radius and any other one, in standard deviations
    of the simulations (the Studentised maximum of Myllymaki et al. 2017, one-sided). Each simulated field has as many
    sources as that of the data: that fields are of different richness is no clustering. Under independence the p-value
    is exact, however few sources there are.

    Parameters
    ----------
    fields : list of (n, 2) float
        Positions x, y of the sources of every field, pixel.
    sides : (2,) float
        Width and height of a field, pixel.
    radii : (k,) float
        Ascending; below the first one blending hides pairs, pixel.
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
