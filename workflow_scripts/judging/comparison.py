"""Comparison of a sample with the real test fields by one metric: value, confidence interval, null, p-value.

Resampling is by block: fields of one block are not independent. A sample is compared in equal numbers, as many of its
blocks against a real half, for several halves. The null distribution is that of `judging.null`; p comes from a
permutation of the blocks.
"""

from dataclasses import asdict, dataclass, fields

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.judging.metric import Direction
from workflow_scripts.judging.null import CONFIDENCE, check_samples, halves, measure_blocks
from workflow_scripts.judging.permutation import permute_blocks, rank_p, tied
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import match_fractions, pool_samples

N_HALVES = 20  # real halves that a sample is compared with: a single one would decide by its draw


@dataclass(frozen=True)
class Comparison:
    """One metric of a sample and the real test fields.

    Attributes
    ----------
    value : float
        Median over the real halves.
    low, high : float
        95 % bootstrap interval over blocks, corrected for the bias of the bootstrap.
    null_median, null_limit : float
        Median of the null distribution, and its 95 % point towards worse values.
    direction : Direction
    n_blocks : int
        On each side of the value.
    p : float
        Of the permutation test.
    p_smallest : float
        The smallest p that the number of permutations allows.
    tied : float
        Fraction of the permutations that equal the observed value.
    """

    value: float
    low: float
    high: float
    null_median: float
    null_limit: float
    direction: Direction
    n_blocks: int
    p: float
    p_smallest: float
    tied: float

    @property
    def beyond_null(self):
        """Return whether the value is worse than 95 % of the null distribution."""
        return self.direction.sign * self.value > self.direction.sign * self.null_limit


@dataclass(frozen=True)
class Outcome:
    """What came of comparing one sample by one metric: a comparison, or the reason why there is none.

    Attributes
    ----------
    sample, metric : str
        Names in the config.
    result : Comparison or Failure
    n_failed, n_failed_real : int
        Sources of the sample and of the real test fields that could not be measured and are left out.
    """

    sample: str
    metric: str
    result: Comparison | Failure
    n_failed: int = 0
    n_failed_real: int = 0

    @property
    def measured(self):
        """Return whether there is a comparison."""
        return isinstance(self.result, Comparison)


def write_outcome(path, outcome):
    """Write an outcome as JSON, in one level."""
    record = asdict(outcome)
    numbers = record.pop("result")
    write_json(path, {**record, **numbers})


def read_outcome(path):
    """Read an outcome that `write_outcome` wrote."""
    record = read_json(path)
    about = {name: record.pop(name) for name in ("sample", "metric", "n_failed", "n_failed_real")}
    return Outcome(result=Failure.from_json(record) or comparison_of(record), **about)


def comparison_of(record):
    """Return the comparison of a JSON record."""
    values = {field.name: record[field.name] for field in fields(Comparison)}
    return Comparison(**{**values, "direction": Direction(values["direction"])})


def compare(real, other, metric, null, n_bootstrap, rng, halves_rng):
    """Compare a sample with halves of the real one, in equal numbers.

    Parameters
    ----------
    real, other : Sample
    metric : Metric
    null : (n,) float
        What `draw_null` returned for the same real sample.
    n_bootstrap : int
    rng : numpy.random.Generator
    halves_rng : numpy.random.Generator
        Draws the real halves; the same for every sample, so that all are compared with the same halves.

    Returns
    -------
    comparison : Comparison

    Raises
    ------
    MeasurementError
        Where the sample has fewer blocks than half of the real ones, other features, or values that are not finite.
    """
    check_samples(real, other)
    n_real, n_blocks = len(real.groups), len(real.groups) // 2
    if len(other.groups) < n_blocks:
        detail = f"{other.count()}; {n_blocks} are needed, half the number of the real test part"
        raise MeasurementError(Reason.TOO_FEW_BLOCKS, detail)
    real, other = match_fractions([real, other], rng)
    pool = metric.prepare(pool_samples([real, other]), rng)
    reals, others = pool.groups[:n_real], pool.groups[n_real:]
    pairs = [(halves(reals, halves_rng)[0], rng.permutation(others)[:n_blocks]) for _ in range(N_HALVES)]
    value = np.median([measure_blocks(metric, pool, *pair, rng) for pair in pairs])
    low, high = np.clip(bootstrap_interval(pool, metric, pairs, value, n_bootstrap, rng), *metric.limits)
    observed, permuted = permute_blocks(real, other, metric, len(null), rng)
    return Comparison(
        value=float(value),
        low=float(low),
        high=float(high),
        null_median=float(np.median(null)),
        null_limit=float(np.quantile(null, CONFIDENCE if metric.direction is Direction.LARGER else 1 - CONFIDENCE)),
        direction=metric.direction,
        n_blocks=n_blocks,
        p=rank_p(observed, permuted, rng),
        p_smallest=1 / (1 + len(null)),
        tied=float(tied(permuted, observed).mean()),
    )


def bootstrap_interval(pool, metric, pairs, value, n_bootstrap, rng):
    """Return the 95 % bootstrap interval over blocks, (low, high), corrected for the bias of repeated blocks."""
    draws = []
    for number in range(n_bootstrap):
        a, b = (resample(side, rng) for side in pairs[number % len(pairs)])
        draws.append(measure_blocks(metric, pool, a, b, rng))
    tail = (1 - CONFIDENCE) / 2
    return np.quantile(draws, [tail, 1 - tail]) - (np.mean(draws) - value)


def resample(blocks, rng):
    """Return as many blocks drawn with replacement, at least two distinct ones: many metrics need two."""
    while True:
        drawn = rng.choice(blocks, len(blocks))
        if len(blocks) < 2 or (drawn != drawn[0]).any():
            return drawn
