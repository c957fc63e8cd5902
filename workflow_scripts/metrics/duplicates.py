"""Duplicates: whether generated images resemble each other more than real ones do.

Turned and mirrored copies count. A sample of emptier images than the real ones has nearer neighbours, too.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._copies import distances, scaling, share_below
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, features={"thumbnail": {}})


def prepare(pool, options, rng):
    """Measure how far all images are from each other."""
    images = scaling(pool.values)(pool.values)
    apart = distances(images, images)
    np.fill_diagonal(apart, np.inf)
    return replace(pool, values=pool.values[:, :0], shared=apart)


def measure(real, generated, options, rng):
    """Return P(d(generated) < d(real)), d to the nearest other image of the same sample: 0.5 for equal diversity.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        What `prepare` returned.

    Raises
    ------
    ValueError
        Where a side has a single image.
    """
    one, other = (nearest(side) for side in (real, generated))
    return share_below(other[:, None], one)


def nearest(side):
    """Return each image's distance to the nearest other one, (n,); an image given twice is no copy of itself."""
    rows, place = np.unique(side.row, return_inverse=True)
    if len(rows) < 2:
        raise ValueError("1 image; at least 2 are needed to resemble each other")
    return side.shared[np.ix_(rows, rows)].min(axis=1)[place]
