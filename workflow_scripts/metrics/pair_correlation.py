"""Pair correlation function of the sources: the excess of pairs at a separation over independent positions."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.metrics._layouts import difference

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {"layout": {}}


@dataclass(frozen=True)
class Options:
    """No options: the features say between which radii."""


def measure(real, generated, options, rng):
    """Return sqrt(mean_r (sqrt g_real - sqrt g_generated)²); the square root of a count has constant variance.

    Sides and errors are those of `_layouts.difference`.
    """
    root = difference(real, generated, lambda layout: np.sqrt(layout["pair_correlation"]), "there are no pairs")
    return float(np.sqrt(np.mean(root**2)))
