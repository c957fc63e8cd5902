"""Sliced Wasserstein distance: the mean over random directions in feature space (Bonneel et al. 2015)."""

from dataclasses import dataclass

import numpy as np

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {}


@dataclass(frozen=True)
class Options:
    """`directions`: how many, at least 1."""

    directions: int = 128

    def __post_init__(self):
        if self.directions < 1:
            raise ValueError("directions: at least 1")


def measure(real, generated, options, rng):
    """Return the mean W1 of the samples' projections, in standard deviations of the real features.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`; a feature that is constant in the real images stays in its own unit.
    rng : numpy.random.Generator
        Draws the directions, uniform on the sphere.
    """
    spread = real.values.std(axis=0)
    direction = rng.normal(size=(real.values.shape[1], options.directions))
    direction /= np.linalg.norm(direction, axis=0) * np.where(spread > 0, spread, 1.0)[:, None]
    n = min(len(real.values), len(generated.values))
    return float(np.abs(quantiles(real.values @ direction, n) - quantiles(generated.values @ direction, n)).mean())


def quantiles(values, n):
    """Return n evenly spaced quantiles of each column: the sorted values where there are n."""
    if len(values) == n:
        return np.sort(values, axis=0)
    return np.quantile(values, (np.arange(n) + 0.5) / n, axis=0)
