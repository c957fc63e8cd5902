"""Sliced Wasserstein distance: the mean of W1 over random directions in feature space (Bonneel et al. 2015)."""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._distributions import Sorted
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(
    range=(0.0, float("inf")), larger_is_worse=True, prepares=True, damages=("blurred", "noise", "background")
)


class Options(Declared):
    """Directions."""

    directions: int = option(128, "Number of random directions.", ge=1)


def prepare(pool, options, rng):
    """Project all images on random directions, uniform on the sphere, and sort them along each.

    Features are in units of their standard deviation over both samples; a constant one does not contribute.
    """
    spread = pool.values.std(axis=0)
    direction = rng.normal(size=(pool.values.shape[1], options.directions))
    direction /= np.linalg.norm(direction, axis=0) * np.where(spread > 0, spread, 1.0)[:, None]
    return replace(pool, values=pool.values[:, :0], shared=Sorted.of(pool.values @ direction))


def measure(real, generated, options, rng):
    """Return the mean W1 distance of the projections, in standard deviations of the features.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.
    """
    return float(real.shared.wasserstein(real.row, generated.row).mean())
