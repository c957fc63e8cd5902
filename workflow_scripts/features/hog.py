"""Histograms of oriented gradients (Dalal and Triggs 2005), cell by cell over the image."""

import numpy as np
from skimage import feature

from workflow_scripts.imaging.levels import power_of_two
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="tiles")


class Options(Declared):
    """Directions, cells and blocks."""

    orientations: int = option(9, "Number of directions per cell.", ge=1)
    cell: int = option(32, "Side of a cell.", unit="pixel", ge=2)
    block: int = option(1, "Side of the blocks over which cells are normalised, in cells.", ge=1)


def extract(images, options):
    """Return the histograms of images (n, y, x).

    Returns
    -------
    values : (n, k) float
    columns : list of Column

    Raises
    ------
    ValueError
        If an image is smaller than a block.
    """
    if min(images.shape[1:3]) < options.cell * options.block:
        raise ValueError(
            f"hog: images of {images.shape[2]}x{images.shape[1]} px are smaller than a block: lower its cell or block"
        )
    cells = {"pixels_per_cell": (options.cell,) * 2, "cells_per_block": (options.block,) * 2}
    # skimage adds a fixed number to the length of a block's histogram: images are brought to one size before
    scaled = (image / power_of_two(image) for image in images)
    values = np.stack([feature.hog(image, options.orientations, **cells) for image in scaled])
    numbers = range(values.shape[1])
    return values, [Column(f"hog_{i}", f"bin {i} of the histogram of oriented gradients") for i in numbers]
