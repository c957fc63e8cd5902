"""Statistical power of a metric: the smallest damage that it detects with as many fields as a comparison has.

Half of the real fields are compared with the other half, of which a fraction is replaced by damaged copies from the
realism ladder. The damage of such a set is the mean over its fields; undamaged fields count 0.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.null import CONFIDENCE, FEWEST_FIELDS, halves, measure_fields
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import Sample, pool_samples
from workflow_scripts.judging.scoring import BEST_SCORE

FRACTIONS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of the fields that are damaged
N_CRITICAL, N_TRIALS = 100, 50  # undamaged halves that give the critical value; trials of each fraction
SUFFICIENT = 0.8  # power from which a damage counts as detected


@dataclass(frozen=True)
class Power:
    """Power of one metric.

    Attributes
    ----------
    metric : str
        Name of the metric in the config.
    curve : list of (damage, power), or None
        The damage rising; None where it could not be measured.
    failure : Failure or None
    """

    metric: str
    curve: list | None = None
    failure: Failure | None = None

    @property
    def smallest_damage(self):
        """Return the smallest damage detected with sufficient power; infinite where there is none, None if unknown."""
        if self.curve is None:
            return None
        return min((damage for damage, power in self.curve if power >= SUFFICIENT), default=float("inf"))


def write_power(path, power):
    """Write the power of a metric as JSON."""
    record = power.failure.as_json() if power.failure else {"power": power.curve}
    write_json(path, {"metric": power.metric, **record})


def read_power(path):
    """Read the power of a metric that `write_power` wrote."""
    record = read_json(path)
    return Power(record["metric"], record.get("power"), Failure.from_json(record))


def read_ladder(path, rng):
    """Read the features of the realism ladder: one damaged copy of each field, drawn at random.

    Returns
    -------
    ladder : Sample
    damage : (n,) float
        Of each field, in the order of the fields, in [0, 1].
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
    """Return the power of a metric against sets of fields of increasing damage: a list of (damage, power).

    Parameters
    ----------
    real : Sample
    ladder : Sample
        Damaged copies of the same fields; fields that only one of the two samples has are left out.
    damage : (n,) float
        Of the ladder's fields, sorted.
    metric : Metric
    rng : numpy.random.Generator

    Raises
    ------
    MeasurementError
        Where too few fields are in both.
    """
    both = np.intersect1d(real.groups, ladder.groups)
    if len(both) < 2 * FEWEST_FIELDS:
        detail = f"{len(both)} fields with a damaged copy; at least {2 * FEWEST_FIELDS} are needed"
        raise MeasurementError(Reason.TOO_FEW_FIELDS, detail)
    real, ladder, damage = real.take(both), ladder.take(both), damage[np.isin(ladder.groups, both)]
    return [run_trials(real, ladder, damage, metric, fraction, rng) for fraction in FRACTIONS]


def run_trials(real, ladder, damage, metric, fraction, rng):
    """Return the mean damage of halves with a fraction of damaged fields, and how often these are detected.

    The pool holds about as many damaged fields as that of a comparison holds generated ones: a feature scale computed
    with all damaged copies would hide them.
    """
    n = len(real.groups)
    chosen = np.sort(rng.permutation(n)[: int(np.ceil(fraction * n))])  # as the pool sorts them
    pool = metric.prepare(pool_samples([real, ladder.take(ladder.groups[chosen])]), rng)
    copy = np.arange(n)
    copy[chosen] = n + np.arange(len(chosen))  # index of the copy of a field in the pool

    def compare_halves(fields):
        """Return a random half and the metric of the other half and these fields in it; larger is worse."""
        one, other = halves(np.arange(n), rng)
        return other, metric.sign * measure_fields(metric, pool, one, fields[other], rng)

    critical = np.quantile([compare_halves(np.arange(n))[1] for _ in range(N_CRITICAL)], CONFIDENCE)
    tried = [compare_halves(copy) for _ in range(N_TRIALS)]
    damages = [damage[other[copy[other] >= n]].sum() / len(other) for other, _ in tried]
    return float(np.mean(damages)), float(np.mean([value > critical for _, value in tried]))
