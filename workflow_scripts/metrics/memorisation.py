"""Memorisation: whether generated images are nearer to what the generator learnt from than to unseen images.

The null is that of fresh real images in the place of the generated ones: it knows how much nearer the training images
are by their number alone.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._copies import distances, scaling, share_below
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, features={"thumbnail": {}}, needs_training_images=True)


class Options(Declared):
    """What counts as memorised."""

    within: float = option(
        1.0,
        "Largest distance to the training images, in that to unseen images; 1: any closeness, 0.5: copies alone.",
        gt=0,
        le=1,
    )


def prepare_with(pool, train, options, rng):
    """Measure how far all images are from each other, and from the nearest training image.

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
    """Return P(d(generated, train) < within d(generated, real)), d to the nearest.

    Within 1, that is the training images' share of all real images where nothing is memorised.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        What `prepare_with` returned; the real images are others than those for training.
    """
    between, seen = real.shared
    unseen = between[np.ix_(generated.row, real.row)].min(axis=1)
    return share_below(seen[generated.row], options.within * unseen)
