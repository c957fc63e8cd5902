"""Pair correlation of the sources: how many more pairs of a separation there are than independence gives."""

import numpy as np

from workflow_scripts.metrics._layouts import difference
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, float("inf")), larger_is_worse=True, features={"layout": {}})


def measure(real, generated, options, rng):
    """Return sqrt(mean_r (sqrt g_real - sqrt g_generated)²); the square root of a count has constant variance.

    Sides and errors are those of `_layouts.difference`.
    """
    apart = difference(real, generated, lambda layout: np.sqrt(layout["pair_correlation"]), "there are no pairs")
    return float(np.sqrt(np.mean(apart**2)))
