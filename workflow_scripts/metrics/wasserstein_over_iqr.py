"""Wasserstein distance of each feature, over its interquartile range in the real images; the mean over features."""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._distributions import Sorted
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(range=(0.0, float("inf")), larger_is_worse=True, prepares=True)


class Options(Declared):
    """Columns."""

    columns: list[str] = option([], "Features to compare; empty: all.")


def prepare(pool, options, rng):
    """Sort each of the requested features; a constant one is left out.

    Raises
    ------
    ValueError
        If there is no such feature, or all are constant.
    """
    unknown = sorted(set(options.columns) - set(pool.columns))
    if unknown:
        raise ValueError(f"columns {unknown}: the features are {sorted(pool.columns)}")
    values = pool.values[:, [pool.columns.index(name) for name in options.columns] or slice(None)]
    spread = values.std(axis=0)
    if not (spread > 0).any():
        raise ValueError("the features are the same in all images: the distance has no scale")
    return replace(pool, values=values[:, spread > 0], shared=(Sorted.of(values[:, spread > 0]), spread[spread > 0]))


def measure(real, generated, options, rng):
    """Return mean_k (W1 of feature k / its interquartile range in the real images).

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.
    """
    ranked, spread = real.shared
    low, high = np.quantile(real.values, [0.25, 0.75], axis=0)
    # ASSUME: where half of the real images have the same value, the scale is the standard deviation over all images.
    scale = np.where(high > low, high - low, spread)
    return float(np.mean(ranked.wasserstein(real.row, generated.row) / scale))
