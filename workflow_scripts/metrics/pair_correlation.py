"""Pair correlation of the sources: how many more pairs of a separation there are than independence gives."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.features.layout import pool

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {"layout": {}}


@dataclass(frozen=True)
class Options:
    """No options: the features say between which radii."""


def measure(real, generated, options, rng):
    """Return sqrt(mean_r (sqrt g_real - sqrt g_generated)²); the square root of a count has constant variance.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: sums of each field (`features/layout.py`).

    Raises
    ------
    ValueError
        Where no field of a side has two sources.
    """
    one, other = (pool(side.values, side.columns)["pair_correlation"] for side in (real, generated))
    apart = np.sqrt(one) - np.sqrt(other)
    if not np.isfinite(apart).all():
        raise ValueError("a side has no field with two sources: there are no pairs")
    return float(np.sqrt(np.mean(apart**2)))
