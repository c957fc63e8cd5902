"""Duplicates: whether generated images are more similar to each other than real ones are.

Rotated and reflected copies count. Images with fewer sources than real ones also have closer neighbours.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._copies import distances, scaling
from workflow_scripts.metrics._roc import area_under_curve
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, prepares=True, features={"thumbnail": {}})


def prepare(pool, options, rng):
    """Compute the distances between all images."""
    images = scaling(pool.values)(pool.values)
    between = distances(images, images)
    np.fill_diagonal(between, np.inf)
    return replace(pool, values=pool.values[:, :0], shared=between)


def measure(real, generated, options, rng):
    """Return P(d(generated) < d(real)), d to the nearest other image of the same sample: 0.5 for equal diversity.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.

    Raises
    ------
    ValueError
        If a side has a single image.
    """
    return area_under_curve(nearest(generated), nearest(real))


def nearest(side):
    """Return the distance of each image to the nearest other one, (n,); a repeated image is not a copy of itself."""
    rows, place = np.unique(side.row, return_inverse=True)
    if len(rows) < 2:
        raise ValueError("1 image; at least 2 are needed for a nearest neighbour")
    return side.shared[np.ix_(rows, rows)].min(axis=1)[place]
