"""Null distribution of a metric: real fields against real fields, in halves of the test part."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason

CONFIDENCE = 0.95
FEWEST_BLOCKS = 4  # in each half: with fewer, the null distribution has too few distinct divisions


@dataclass(frozen=True)
class Null:
    """Null distribution of one metric.

    Attributes
    ----------
    metric : str
        Name of the metric in the config.
    values : (n_null,) float, or None
        None where the metric could not be measured.
    failure : Failure or None
    """

    metric: str
    values: np.ndarray | None = None
    failure: Failure | None = None


def write_null(path, null):
    """Write a null distribution as JSON."""
    record = null.failure.as_json() if null.failure else {"values": null.values.tolist()}
    write_json(path, {"metric": null.metric, **record})


def read_null(path):
    """Read a null distribution that `write_null` wrote."""
    record = read_json(path)
    values = np.array(record["values"]) if "values" in record else None
    return Null(record["metric"], values, Failure.from_json(record))


def halves(groups, rng):
    """Divide blocks at random into two halves of equal size; an odd one is left out."""
    order, half = rng.permutation(groups), len(groups) // 2
    return order[:half], order[half : 2 * half]


def draw_null(real, metric, n_draws, rng):
    """Measure real fields against real fields.

    Parameters
    ----------
    real : Sample
    metric : Metric
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    null : (n_draws,) float

    Raises
    ------
    MeasurementError
        Where there are too few blocks to divide, or features that are not finite.
    """
    check_samples(real, real)
    if len(real.groups) < 2 * FEWEST_BLOCKS:
        raise MeasurementError(
            Reason.TOO_FEW_BLOCKS,
            f"{real.count()} in the real test part; at least {2 * FEWEST_BLOCKS} are needed: give more sky, or smaller "
            "fields.field_size and fields.block_size",
        )
    pool = metric.prepare(real, rng)
    return np.array([measure_blocks(metric, pool, *halves(pool.groups, rng), rng) for _ in range(n_draws)])


def measure_blocks(metric, pool, real, generated, rng):
    """Return the metric of two sides of a pool, given by their blocks."""
    return metric.measure(pool.take(real), pool.take(generated), rng)


def check_samples(real, other):
    """Refuse samples that cannot be compared.

    Raises
    ------
    MeasurementError
        Where the samples have different numbers of features, or features that are not finite.
    """
    if real.values.shape[1] != other.values.shape[1]:
        detail = f"{other.values.shape[1]} features per image; the real fields have {real.values.shape[1]}"
        raise MeasurementError(Reason.INVALID_FEATURES, detail)
    for name, sample in (("real sample", real), ("sample", other)):
        invalid = ~np.isfinite(sample.values).all(axis=1)
        if invalid.any():
            detail = f"{name}: features of {invalid.sum()} of {len(invalid)} images are not finite"
            raise MeasurementError(Reason.INVALID_FEATURES, detail)
