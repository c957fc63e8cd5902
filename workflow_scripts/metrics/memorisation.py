"""Memorisation: whether generated images are nearer to what the generator learnt from than to unseen images.

The training set is compared in pieces as large as the real side: more images would be nearer by chance alone. Copies
are looked for in all of it. The null
is that of fresh real images in the place of the generated ones.
"""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.metrics._copies import distances, scaling, share_below

RANGE = (0.0, 1.0)
LARGER_IS_WORSE = True
TAKES = {"thumbnail": {}}


@dataclass(frozen=True)
class Options:
    """`within`: an image counts that is nearer to the training images than this share of its distance to unseen ones.

    1 sees any closeness; 0.5 sees copies alone, and few of them are enough.
    """

    within: float = 1.0

    def __post_init__(self):
        if not 0 < self.within <= 1:
            raise ValueError("within: above 0 and up to 1")


def prepare_with(pool, train, options, rng):
    """Measure how far all images are from each other and from the training images, these in random order.

    Parameters
    ----------
    pool, train : judging.sample.Sample
        `values (n, side²)`: thumbnails.
    """
    scale = scaling(train.values)
    images, learnt = scale(pool.values), scale(train.values[rng.permutation(len(train.values))])
    shared = distances(images, images), distances(images, learnt)
    return replace(pool, values=pool.values[:, :0], shared=shared)


def measure(real, generated, options, rng):
    """Return P(d(generated, train) < within d(generated, real)), d to the nearest.

    Within 1 that is 0.5 where nothing is memorised.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        What `prepare_with` returned; the real images are others than those for training.
    """
    between, to_train = real.shared
    n = min(len(real.row), to_train.shape[1])
    unseen = between[np.ix_(generated.row, real.row[:n])].min(axis=1)
    size = n if options.within == 1 else to_train.shape[1]  # copies are so near that no chance has to be made even
    pieces = np.arange(to_train.shape[1] // size) * size
    seen = np.minimum.reduceat(to_train[generated.row, : len(pieces) * size], pieces, axis=1)
    return share_below(seen, options.within * unseen[:, None])
