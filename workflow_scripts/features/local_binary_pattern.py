"""Histogram of local binary patterns (Ojala et al. 2002): how each pixel's surroundings lie above and below it."""

import warnings
from dataclasses import dataclass

import numpy as np
from skimage import feature

ROWS = "tiles"


@dataclass(frozen=True)
class Options:
    """`points` on a circle of `radius` pixels; patterns are uniform ones, whatever their direction."""

    points: int = 24
    radius: float = 8.0

    def __post_init__(self):
        if self.points < 3 or self.radius <= 0:
            raise ValueError("points: at least 3; radius: above 0 pixels")


def extract(images, options):
    """Return the share of each pattern in images (n, y, x).

    Returns
    -------
    values : (n, points + 2) float
    columns : list of str
    """
    n_patterns = options.points + 2
    values = np.stack([np.bincount(patterns(image, options).ravel(), minlength=n_patterns) for image in images])
    return values / np.prod(images.shape[1:3]), [f"pattern_{i}" for i in range(n_patterns)]


def patterns(image, options):
    """Return the number of the pattern at each pixel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # real numbers may tie by rounding; skimage says so every time
        found = feature.local_binary_pattern(image, options.points, options.radius, "uniform")
    return found.astype(np.int64)
