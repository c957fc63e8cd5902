"""Histograms of oriented gradients (Dalal and Triggs 2005), cell by cell over the image."""

from dataclasses import dataclass

import numpy as np
from skimage import feature

from workflow_scripts.imaging.levels import power_of_two

ROWS = "tiles"


@dataclass(frozen=True)
class Options:
    """`orientations` of each square cell of `cell` pixels, normalised over blocks of `block` cells a side."""

    orientations: int = 9
    cell: int = 32
    block: int = 1

    def __post_init__(self):
        if self.orientations < 1 or self.cell < 2 or self.block < 1:
            raise ValueError("orientations and block: at least 1; cell: at least 2 pixels")


def extract(images, options):
    """Return the histograms of images (n, y, x).

    Returns
    -------
    values : (n, k) float
    columns : list of str

    Raises
    ------
    ValueError
        Where an image is smaller than a block.
    """
    if min(images.shape[1:3]) < options.cell * options.block:
        raise ValueError(
            f"hog: images of {images.shape[2]}x{images.shape[1]} px hold no block; lower its cell or block"
        )
    cells = {"pixels_per_cell": (options.cell,) * 2, "cells_per_block": (options.block,) * 2}
    # skimage adds a fixed number to the length of a block's histogram: images are brought to one size before
    scaled = (image / power_of_two(image) for image in images)
    values = np.stack([feature.hog(image, options.orientations, **cells) for image in scaled])
    return values, [f"hog_{i}" for i in range(values.shape[1])]
