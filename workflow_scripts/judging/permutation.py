"""Permutation test of a metric, and the correction of its p-values for the number of metrics.

Blocks are exchanged between the real and the generated sample. The test is exact where real and generated blocks are
exchangeable, whatever the metric (docs/judging.md).
"""

import numpy as np

from workflow_scripts.judging.null import measure_blocks
from workflow_scripts.judging.sample import pool_samples


def permutation_p(real, other, metric, n_draws, rng):
    """Return the p-value of a metric of two samples under exchange of their blocks.

    p = (1 + permutations at least as extreme) / (1 + permutations), Phipson and Smyth 2010. Permutations that equal the
    observed value to the last digit are ranked before or after it at random: so P(p <= a) = a where the blocks are
    exchangeable and a (1 + permutations) is a whole number, whatever the metric.
    """
    return rank_p(*permute_blocks(real, other, metric, n_draws, rng), rng)


def permute_blocks(real, other, metric, n_draws, rng):
    """Return a metric of two samples, and of permutations of their blocks; larger is worse.

    The samples enter in equal numbers: all real blocks and as many others, or all others and as many real ones,
    whichever are fewer. Both lie in one pool; each permutation divides it anew.

    Returns
    -------
    observed : float
    permuted : (n_draws,) float
    """
    n_blocks, sign = min(len(real.groups), len(other.groups)), metric.direction.sign
    pool = pool_samples([sample.take(rng.permutation(sample.groups)[:n_blocks]) for sample in (real, other)])
    pool = metric.prepare(pool, rng)
    orders = [pool.groups, *(rng.permutation(pool.groups) for _ in range(n_draws))]
    observed, *permuted = (
        sign * measure_blocks(metric, pool, order[:n_blocks], order[n_blocks:], rng) for order in orders
    )
    return observed, np.array(permuted)


def rank_p(observed, permuted, rng):
    """Return (1 + permutations above the observed value) / (1 + permutations), ties broken at random."""
    ties = tied(permuted, observed)
    above = np.sum((permuted > observed) & ~ties)
    return float((1 + above + rng.integers(1 + ties.sum())) / (1 + len(permuted)))


def tied(permuted, observed):
    """Return which permutations equal the observed value to the last digit."""
    return np.isclose(permuted, observed, rtol=1e-12, atol=0)


def holm(p_values):
    """Return p-values corrected for their number by the procedure of Holm 1979, in the order given."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    corrected = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    result = np.empty(len(p))
    result[order] = np.minimum(corrected, 1.0)
    return result
