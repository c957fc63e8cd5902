"""Power of a metric: how small a damage it finds with as many fields as a value is made of.

Half of the real fields against the other half, of which a share has been exchanged for their damaged copies of the
realism ladder. The damage of such a set is the mean over its fields, undamaged ones counting 0.
"""

import numpy as np

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.sample import Sample, pooled
from workflow_scripts.judging.scoring import BEST_SCORE
from workflow_scripts.judging.verdict import CONFIDENCE, FEWEST_FIELDS, halves, measured

SHARES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of the fields that are damaged
N_CRITICAL, N_TRIALS = 100, 50
ENOUGH = 0.8  # power from which a damage counts as found


def read_ladder(path, rng):
    """Read the features of the ladder's fields: one damaged copy of each.

    Returns
    -------
    ladder : Sample
    damage : (n,) float
        Of each of its fields, in their order, in [0, 1].
    """
    with open_stack(path) as stack:
        values, owner, group, score = (stack[name][:] for name in ("value", "owner", "group", "score"))
    owners, first = np.unique(owner, return_index=True)
    shuffled = rng.permutation(len(owners))
    fields, copy = np.unique(group[first][shuffled], return_index=True)
    kept = np.isin(owner, owners[shuffled[copy]])
    damage = 1 - score[first][shuffled[copy]] / BEST_SCORE
    return Sample(values[kept].astype(float), group[kept]), np.clip(damage, 0, 1)


def find_power(real, ladder, damage, metric, rng):
    """Return how often a metric finds sets of some damages: a list of (damage, power), the damage rising.

    Parameters
    ----------
    real : Sample
    ladder : Sample
        Damaged copies of the same fields; fields that only one of both has are left out.
    damage : (n,) float
        Of the ladder's fields, sorted.
    metric : Metric
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        Where too few fields are in both.
    """
    both = np.intersect1d(real.groups, ladder.groups)
    if len(both) < 2 * FEWEST_FIELDS:
        raise ValueError(f"{len(both)} fields with a damaged copy; at least {2 * FEWEST_FIELDS} are needed")
    real, ladder, damage = real.take(both), ladder.take(both), damage[np.isin(ladder.groups, both)]
    return [trials(real, ladder, damage, metric, share, rng) for share in SHARES]


def trials(real, ladder, damage, metric, share, rng):
    """Return the mean damage of halves of which a share is damaged, and how often they lie beyond undamaged ones.

    What a metric computes of a whole pool is computed of about as many damaged fields as a comparison has: a scale that
    all copies had a part in would hide them.
    """
    n, sign = len(real.groups), 1 if metric.larger_is_worse else -1
    chosen = np.sort(rng.permutation(n)[: int(np.ceil(share * n))])  # as the pool sorts them
    pool = metric.prepare(pooled([real, ladder.take(ladder.groups[chosen])]), rng)
    copy = np.arange(n)
    copy[chosen] = n + np.arange(len(chosen))  # where the copy of a field is in the pool

    def beside(some):
        """Return how bad one half looks beside another, of which these fields are taken."""
        one, other = halves(np.arange(n), rng)
        return other, sign * measured(metric, pool, one, some[other], rng)

    limit = np.quantile([beside(np.arange(n))[1] for _ in range(N_CRITICAL)], CONFIDENCE)
    found = [beside(copy) for _ in range(N_TRIALS)]
    hurt = [damage[other[copy[other] >= n]].sum() / len(other) for other, _ in found]
    return float(np.mean(hurt)), float(np.mean([value > limit for _, value in found]))


def smallest_found(power):
    """Return the smallest damage that is found as often as is enough; infinite where none is, None where unknown.

    Parameters
    ----------
    power : list of (damage, power), or None
    """
    if power is None:
        return None
    return min((damage for damage, share in power if share >= ENOUGH), default=float("inf"))
