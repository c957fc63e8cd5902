"""Nearest-neighbour distances of the sources: largest difference of the cumulative distributions."""

import numpy as np

from workflow_scripts.metrics._layouts import difference
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, features={"layout": {}}, damages=("moved",))


def measure(real, generated, options, rng):
    """Return max_r |D_real(r) - D_generated(r)|, D the fraction of sources with a neighbour closer than r.

    Sides and errors are those of `_layouts.difference`.
    """
    undefined = "the nearest-neighbour distance is undefined"
    return float(np.abs(difference(real, generated, lambda layout: layout["nearest"], undefined)).max())
