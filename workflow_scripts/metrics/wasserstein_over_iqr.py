"""Wasserstein distance of each feature over its interquartile range in the real images, averaged over features."""

from dataclasses import dataclass, field, replace

import numpy as np

from workflow_scripts.metrics._distributions import Sorted

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {}


@dataclass(frozen=True)
class Options:
    """`columns`: names of the features that are compared; none: all."""

    columns: list = field(default_factory=list)


def prepare(pool, options, rng):
    """Sort each feature asked for.

    Raises
    ------
    ValueError
        Where there is no such feature.
    """
    unknown = sorted(set(options.columns) - set(pool.columns))
    if unknown:
        raise ValueError(f"columns {unknown}: the features are {sorted(pool.columns)}")
    values = pool.values[:, [pool.columns.index(name) for name in options.columns] or slice(None)]
    return replace(pool, values=values, shared=Sorted.of(values))


def measure(real, generated, options, rng):
    """Return mean_k (W1 of feature k / its interquartile range in the real images).

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`.

    Raises
    ------
    ValueError
        Where a feature is the same in all real images: it has no range to measure by.
    """
    low, high = np.quantile(real.values, [0.25, 0.75], axis=0)
    # ASSUME: a feature that half of the images agree on is measured by its deviation: its quartiles are one.
    scale = np.where(high > low, high - low, real.values.std(axis=0))
    flat = np.nonzero(scale <= 0)[0]
    if len(flat):
        raise ValueError(f"features in columns {flat.tolist()} are constant in the real images")
    return float(np.mean(real.shared.wasserstein(real.row, generated.row) / scale))
