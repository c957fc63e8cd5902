"""Memorisation: whether generated images are closer to training images than to held-out images.

The null distribution is that of held-out real images in the place of the generated ones: it accounts for the number of
training images.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._copies import distances, fraction_below, scaling
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, features={"thumbnail": {}}, needs_training_images=True)


class Options(Declared):
    """Definition of memorised images."""

    within: float = option(
        1.0,
        "Largest distance to the training images, in that to unseen images; 1: any closeness, 0.5: copies alone.",
        gt=0,
        le=1,
    )


def prepare_with(pool, train, options, rng):
    """Compute the distances between all images, and of each to the nearest training image.

    Parameters
    ----------
    pool, train : judging.sample.Sample
        `values (n, side²)`: thumbnails.
    """
    scale = scaling(train.values)
    images = scale(pool.values)
    shared = distances(images, images), distances(images, scale(train.values)).min(axis=1)
    return replace(pool, values=pool.values[:, :0], shared=shared)


def measure(real, generated, options, rng):
    """Return P(d(generated, train) < within d(generated, real)), d the distance to the nearest.

    For `within` 1 and nothing memorised, that is the fraction of training images among all real images.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare_with`; the real images are held out.
    """
    between, seen = real.shared
    unseen = between[np.ix_(generated.row, real.row)].min(axis=1)
    return fraction_below(seen[generated.row], options.within * unseen)
