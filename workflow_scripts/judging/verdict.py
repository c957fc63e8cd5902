"""Verdicts: what the comparisons of a sample mean, as data."""

from dataclasses import dataclass, fields
from types import NoneType, UnionType
from typing import get_args

from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.metric import Direction
from workflow_scripts.judging.permutation import holm
from workflow_scripts.judging.reasons import Reason, State

LEVEL = 0.05  # of significance
LARGEST_DAMAGE = 0.2  # a metric that detects larger damages alone cannot place a sample inside the null
# Fraction of the permutations that may equal the observed value: with more, p is what breaking ties at random gives.
MOST_TIED = 0.9


@dataclass(frozen=True)
class Verdict:
    """Verdict on one sample by one metric; numbers are None where it was not measured.

    Attributes
    ----------
    sample, metric : str
    state : State
    reason : Reason
    detail : str
        Message of the error where the metric was not measured.
    value, low, high : float or None
        Value and its 95 % interval.
    null_median, null_limit : float or None
        Median of the null distribution, and its 95 % point towards worse values.
    direction : Direction or None
    n_blocks : int or None
        On each side of the value.
    p, p_corrected : float or None
        Of the permutation test; corrected for the number of metrics of the sample.
    smallest_damage : float or None
        The smallest damage that the permutation test detects, of all kinds that the metric was tried on; infinite
        where it detects none, None where it is unknown.
    damage_kind : str or None
        Kind of that damage, a key of `judging.damages.KINDS`.
    n_failed, n_failed_real : int
        Sources of the sample and of the real test fields that could not be measured.
    """

    sample: str
    metric: str
    state: State
    reason: Reason
    detail: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    null_median: float | None = None
    null_limit: float | None = None
    direction: Direction | None = None
    n_blocks: int | None = None
    p: float | None = None
    p_corrected: float | None = None
    smallest_damage: float | None = None
    damage_kind: str | None = None
    n_failed: int = 0
    n_failed_real: int = 0

    @property
    def measured(self):
        """Return whether there is a value."""
        return self.state is not State.NOT_MEASURED

    @property
    def badness(self):
        """Return the value, its sign such that larger is worse; infinite where it was not measured."""
        return self.direction.sign * self.value if self.measured else float("inf")


def judge_sample(outcomes, smallest_damages):
    """Return the verdicts on one sample, its p-values corrected for their number.

    Parameters
    ----------
    outcomes : list of Outcome
        Of one sample, one per metric.
    smallest_damages : dict of str to Damage
        By metric; those that are missing are unknown.

    Returns
    -------
    verdicts : list of Verdict
        In the order of the outcomes.
    """
    p = {one.metric: effective_p(one.result) for one in outcomes if one.measured}
    corrected = dict(zip(p, holm([*p.values()]).tolist(), strict=True))
    known = ((one.metric, one) for one in outcomes)
    return [judge(one, p.get(name), corrected.get(name), smallest_damages.get(name)) for name, one in known]


def judge(outcome, p, p_corrected, smallest_damage):
    """Return the verdict on one outcome."""
    about = {name: getattr(outcome, name) for name in ("sample", "metric", "n_failed", "n_failed_real")}
    strength = smallest_damage.strength if smallest_damage else None
    if smallest_damage:
        about |= {"smallest_damage": strength, "damage_kind": smallest_damage.kind}
    found = outcome.result
    if not outcome.measured:
        return Verdict(state=found.reason.state, reason=found.reason, detail=found.detail, **about)
    reason = reason_for(p, p_corrected, found.p_smallest, strength, found.beyond_null)
    numbers = ("value", "low", "high", "null_median", "null_limit", "direction", "n_blocks")
    about |= {name: getattr(found, name) for name in numbers}
    return Verdict(state=reason.state, reason=reason, p=p, p_corrected=p_corrected, **about)


def effective_p(comparison):
    """Return the p of a comparison: 1 where most permutations equal the observed value and are ranked by chance."""
    return 1.0 if comparison.tied > MOST_TIED else comparison.p


def reason_for(p, p_corrected, p_smallest, smallest_damage=None, beyond_null=False):
    """Return the reason that a verdict rests on.

    Parameters
    ----------
    p, p_corrected : float
    p_smallest : float
        The smallest p that the number of permutations allows: a value beyond all of them that is still not significant
        after correction is undecided.
    smallest_damage : float or None
        The smallest damage that the metric detects; None where it is unknown.
    beyond_null : bool
        Whether the value is beyond 95 % of the null distribution, though its p is not small: fields that differ so
        much among themselves that any permutation of them gives as large a value.
    """
    if p_corrected <= LEVEL:
        return Reason.SIGNIFICANT
    if p <= p_smallest:
        return Reason.TOO_FEW_PERMUTATIONS
    if p <= LEVEL:
        return Reason.ONLY_BEFORE_CORRECTION
    if beyond_null:
        return Reason.BEYOND_NULL_LIMIT
    if smallest_damage is None:
        return Reason.POWER_UNKNOWN
    if smallest_damage == float("inf"):
        return Reason.NO_POWER
    return Reason.LOW_POWER if smallest_damage > LARGEST_DAMAGE else Reason.NOT_SIGNIFICANT


def rank_samples(samples, verdicts, metrics):
    """Return samples, the best first: by the metrics that reject them, by those undecided, by the first metric.

    A metric that could not be measured counts as one that rejects.

    Parameters
    ----------
    samples, metrics : list of str
    verdicts : list of Verdict
    """

    def order(sample):
        own = {one.metric: one for one in verdicts if one.sample == sample}
        states = [one.state for one in own.values()]
        rejected = states.count(State.OUTSIDE) + states.count(State.NOT_MEASURED)
        return rejected, states.count(State.UNDECIDED), own[metrics[0]].badness if metrics else 0.0

    return sorted(samples, key=order)


def write_verdicts(path, verdicts):
    """Write verdicts as CSV, a row per sample and metric; what is None stays empty."""
    columns = [field.name for field in fields(Verdict)]
    rows = [{name: as_cell(getattr(one, name)) for name in columns} for one in verdicts]
    write_csv(path, rows, columns)


def read_verdicts(path):
    """Read verdicts that `write_verdicts` wrote."""
    columns = [field.name for field in fields(Verdict)]
    return [
        Verdict(**{field.name: from_cell(row[field.name], field.type) for field in fields(Verdict)})
        for row in read_csv(path, columns)
    ]


def as_cell(value):
    """Return a value as text that reads back as the same value."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def from_cell(text, kind):
    """Return the value that a cell holds, of the type of its column."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    if not text and NoneType in kinds:
        return None
    return kinds[0](text)
