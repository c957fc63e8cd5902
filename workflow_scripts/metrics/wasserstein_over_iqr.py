"""Wasserstein distance of each feature over its interquartile range in the real images, averaged over features."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import wasserstein_distance

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {}


@dataclass(frozen=True)
class Options:
    """No options: the features say what is compared."""


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
    distance = [wasserstein_distance(a, b) for a, b in zip(real.values.T, generated.values.T, strict=True)]
    return float(np.mean(distance / (high - low)))
