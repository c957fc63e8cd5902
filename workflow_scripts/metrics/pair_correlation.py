"""Pair correlation function of the sources: the excess of pairs at a separation over independent positions."""

import numpy as np

from workflow_scripts.metrics._layouts import difference
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, float("inf")), larger_is_worse=True, features={"layout": {}}, damages=("moved",))


def measure(real, generated, options, rng):
    """Return sqrt(mean_r (sqrt g_real - sqrt g_generated)²); the square root of a count has constant variance.

    Sides and errors are those of `_layouts.difference`.
    """
    root = difference(real, generated, lambda layout: np.sqrt(layout["pair_correlation"]), "there are no pairs")
    return float(np.sqrt(np.mean(root**2)))
