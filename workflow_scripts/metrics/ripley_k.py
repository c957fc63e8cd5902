"""Ripley's K function of the sources, edge-corrected and pooled over fields."""

import numpy as np

from workflow_scripts.metrics._layouts import difference
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, float("inf")), larger_is_worse=True, features={"layout": {}}, damages=("moved",))


def measure(real, generated, options, rng):
    """Return sqrt(mean_r ((L_real - L_generated) / r)²), L = sqrt(K / pi) of constant variance (Besag 1977).

    Sides and errors are those of `_layouts.difference`.
    """

    def relative(layout):
        return np.sqrt(layout["ripley_k"] / np.pi) / layout["radius"]

    return float(np.sqrt(np.mean(difference(real, generated, relative, "there are no pairs") ** 2)))
