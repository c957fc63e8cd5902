"""Histogram of local binary patterns (Ojala et al. 2002): pixels compared with those on a circle around them."""

import warnings

import numpy as np
from skimage import feature

from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="tiles")


class Options(Declared):
    """The circle of neighbours; patterns are the uniform ones, rotation invariant."""

    points: int = option(24, "Number of points on the circle.", ge=3)
    radius: float = option(8.0, "Radius of the circle.", unit="pixel", gt=0)


def extract(images, options):
    """Return the frequency of each pattern in images (n, y, x).

    Returns
    -------
    values : (n, points + 2) float
    columns : list of Column
    """
    n_patterns = options.points + 2
    values = np.stack([np.bincount(patterns(image, options).ravel(), minlength=n_patterns) for image in images])
    columns = [Column(f"pattern_{i}", f"fraction of local binary pattern {i}") for i in range(n_patterns)]
    return values / np.prod(images.shape[1:3]), columns


def patterns(image, options):
    """Return the number of the pattern at each pixel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # skimage warns of rounding with floats in every call
        found = feature.local_binary_pattern(image, options.points, options.radius, "uniform")
    return found.astype(np.int64)
