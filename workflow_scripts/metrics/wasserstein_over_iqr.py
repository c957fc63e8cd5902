"""Wasserstein distance of each feature over its interquartile range in the real images, averaged over features."""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.metrics._distributions import Sorted

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {}


@dataclass(frozen=True)
class Options:
    """No options: the features say what is compared."""


def prepare(pool, options, rng):
    """Sort each feature."""
    return replace(pool, shared=Sorted.of(pool.values))


def measure(real, generated, options, rng):
    """Return mean_k (W1 of feature k / its interquartile range in the real images).

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`.

    Raises
    ------
    ValueError
        Where a feature is the same in half of the real images: it has no range to measure by.
    """
    low, high = np.quantile(real.values, [0.25, 0.75], axis=0)
    flat = np.nonzero(high <= low)[0]
    if len(flat):
        raise ValueError(f"features in columns {flat.tolist()} are constant over half of the real images")
    return float(np.mean(real.shared.wasserstein(real.row, generated.row) / (high - low)))
