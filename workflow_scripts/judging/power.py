"""Statistical power of the permutation test of a metric, against damages of one kind and of known strength.

A comparison has all N real blocks and as many generated ones. Here both sides are drawn with replacement, N real blocks
and N damaged copies of real blocks, so that each side varies as an independent sample of N blocks does. The critical
value is the 95 % point under exchange of blocks between the two sides: that of the permutation test, computed once per
strength instead of once per trial.
"""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.null import CONFIDENCE, FEWEST_BLOCKS
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import match_fractions, pool_samples, read_sample
from workflow_scripts.judging.scoring import BEST_SCORE

N_EXCHANGES, N_TRIALS = 200, 100  # draws that give the critical value; trials of each strength
SUFFICIENT = 0.8  # power from which a damage counts as detected


@dataclass(frozen=True)
class Damage:
    """A damage of one kind.

    Attributes
    ----------
    strength : float
        Infinite where none of those tried is detected.
    kind : str or None
        A key of `judging.damages.KINDS`; None where the strength is infinite.
    """

    strength: float
    kind: str | None = None


@dataclass(frozen=True)
class Power:
    """Power of one metric.

    Attributes
    ----------
    metric : str
        Name of the metric in the config.
    curves : dict of str to list of (strength, power), or None
        By kind of damage, the strength rising up to the first that is detected; None where it could not be measured.
    failure : Failure or None
    """

    metric: str
    curves: dict | None = None
    failure: Failure | None = None

    @property
    def smallest_damage(self):
        """Return the smallest damage detected with sufficient power, of infinite strength where there is none.

        None where the power is unknown.
        """
        if not self.curves:
            return None
        smallest = {kind: smallest_strength(curve) for kind, curve in self.curves.items()}
        kind = min(smallest, key=smallest.get)
        return Damage(smallest[kind], kind) if np.isfinite(smallest[kind]) else Damage(float("inf"))


def smallest_strength(curve):
    """Return the smallest strength that is detected with sufficient power; infinite where there is none."""
    return min((strength for strength, power in curve if power >= SUFFICIENT), default=float("inf"))


def write_power(path, power):
    """Write the power of a metric as JSON."""
    record = power.failure.as_json() if power.failure else {"power": power.curves}
    write_json(path, {"metric": power.metric, **record})


def read_power(path):
    """Read the power of a metric that `write_power` wrote."""
    record = read_json(path)
    return Power(record["metric"], record.get("power"), Failure.from_json(record))


def read_damaged(path):
    """Read the features of fields damaged by one kind: dict of strength to Sample, the strength rising."""
    sample = read_sample(path)
    with open_stack(path) as stack:
        strength = np.round(1 - stack["score"][:] / BEST_SCORE, 6)
    return {float(one): sample.select(strength == one) for one in np.unique(strength)}


def find_power(real, damaged, metric, rng):
    """Return the power of a metric against damages of one kind.

    Parameters
    ----------
    real : Sample
    damaged : dict of float to Sample
        By strength, rising: copies of the same blocks; blocks that only one of the two samples has are left out.
    metric : Metric
    rng : numpy.random.Generator

    Returns
    -------
    curve : list of (strength, power)
        Up to the first strength that is detected.

    Raises
    ------
    MeasurementError
        Where too few blocks are in both.
    """
    curve = []
    for strength, sample in damaged.items():
        curve.append((strength, run_trials(*shared_blocks(real, sample), metric, rng)))
        if curve[-1][1] >= SUFFICIENT:
            break
    return curve


def shared_blocks(real, damaged):
    """Return the blocks that both samples have, the same fraction of their sources measured.

    Raises
    ------
    MeasurementError
        Where they are too few.
    """
    both = np.intersect1d(real.groups, damaged.groups)
    if len(both) < 2 * FEWEST_BLOCKS:
        detail = f"{len(both)} blocks with a damaged copy; at least {2 * FEWEST_BLOCKS} are needed"
        raise MeasurementError(Reason.TOO_FEW_BLOCKS, detail)
    return real.take(both), damaged.take(both)


def run_trials(real, damaged, metric, rng):
    """Return the fraction of comparisons of real fields with damaged ones that exceed the critical value."""
    real, damaged = match_fractions([real, damaged], rng)
    n, pool = len(real.groups), metric.prepare(pool_samples([real, damaged]), rng)

    def draw():
        """Return as many real and damaged blocks as there are, drawn with replacement."""
        return rng.integers(n, size=n), n + rng.integers(n, size=n)

    def exchange(one, other):
        """Return two sides among which the blocks are divided at random."""
        return np.split(rng.permutation(np.concatenate([one, other])), 2)

    def side(blocks):
        """Return the rows of blocks; a block and its copy are one group, which a metric must not learn from twice."""
        taken = pool.take(blocks)
        return replace(taken, group=taken.group % n)

    def value(one, other):
        """Return the metric of two sides; larger is worse."""
        return metric.direction.sign * metric.measure(side(one), side(other), rng)

    critical = np.quantile([value(*exchange(*draw())) for _ in range(N_EXCHANGES)], CONFIDENCE)
    return float(np.mean([value(*draw()) > critical for _ in range(N_TRIALS)]))
