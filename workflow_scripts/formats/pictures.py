"""Pictures of one galaxy each: the middle cut out, brought to one size, scaled; those that do not decode counted."""

import logging

import numpy as np
from skimage.transform import resize

from workflow_scripts.formats.images import read_image


def prepare(picture, crop, size, low, high):
    """Return the middle of a picture at the size asked for.

    Parameters
    ----------
    picture : (y, x) or (y, x, band)
        Integers are divided by the largest of their type.
    crop : int
        Side of the middle that is kept, pixel; 0: the shorter side.
    size : int
        Side of the result, pixel; smoothed before it shrinks.
    low, high : float
        What black and white become.

    Returns
    -------
    image : (size, size[, band]) float32

    Raises
    ------
    ValueError
        Where the picture is smaller than the crop.
    """
    side = crop or min(picture.shape[:2])
    if side > min(picture.shape[:2]):
        raise ValueError(f"{picture.shape[1]}x{picture.shape[0]} px is smaller than the crop of {side} px")
    y, x = ((length - side) // 2 for length in picture.shape[:2])
    middle = picture[y : y + side, x : x + side]
    white = np.iinfo(picture.dtype).max if picture.dtype.kind in "iu" else 1.0
    shape = (size, size, *picture.shape[2:])
    scaled = resize(middle.astype(np.float32) / white, shape, order=1, anti_aliasing=size < side)
    return (low + (high - low) * scaled).astype(np.float32)


def decoded(items, max_unreadable, options, read=read_image):
    """Yield (image, row) of all pictures that decode; the others are listed, and never replaced.

    Parameters
    ----------
    items : iterable of (source, row)
        What `read` takes, and the row of the catalogue.
    max_unreadable : float
        Share of the pictures that may fail to decode.
    options
        With `crop, size, low, high`.

    Raises
    ------
    ValueError
        At the end, where more pictures failed; it names the first.
    """
    bad, n_items = [], 0
    for source, row in items:
        n_items += 1
        try:
            yield prepare(read(source)[0], options.crop, options.size, options.low, options.high), row
        except (ValueError, OSError, KeyError) as error:
            bad.append(f"{row['id']}: {error}")
            logging.warning("left out: %s", bad[-1])
    if len(bad) > max_unreadable * n_items:
        raise ValueError(
            f"{len(bad)} of {n_items} pictures cannot be used, max_unreadable allows {max_unreadable:.2%}: {bad[0]}"
        )
