"""The image at a reduced size, for the detection of copies in any orientation."""

import numpy as np

from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="images")


class Options(Declared):
    """Size of the thumbnail."""

    side: int = option(16, "Side of the thumbnail, in its own pixels.", ge=2)


def extract(images, options):
    """Return the mean of each block of pixels of images (n, y, x).

    Returns
    -------
    values : (n, side²) float
        Row by row. If the shape is not a multiple of the side, blocks differ in size by a pixel.
    columns : list of Column

    Raises
    ------
    ValueError
        If an image has fewer pixels than its thumbnail.
    """
    side, shape = options.side, images.shape[1:3]
    if min(shape) < side:
        raise ValueError(f"thumbnail: images of {shape[1]}x{shape[0]} px are smaller than {side}x{side}")
    values = images.astype(float)
    for axis, length in enumerate(shape, start=1):
        first = np.rint(np.arange(side) * length / side).astype(int)
        counts = np.diff(first, append=length)
        values = np.add.reduceat(values, first, axis=axis) / np.expand_dims(counts, [0, 3 - axis])
    places = np.ndindex(side, side)
    columns = [Column(f"pixel_{y}_{x}", f"pixel x={x}, y={y} of the thumbnail") for y, x in places]
    return values.reshape(len(images), -1), columns
