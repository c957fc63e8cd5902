"""Pictures of single galaxies: cropped, resized and scaled; undecodable ones are counted."""

import logging

import numpy as np
from skimage.transform import resize

from workflow_scripts.formats.images import read_image


def prepare(picture, crop, size, low, high):
    """Return the central part of a picture at the requested size.

    Parameters
    ----------
    picture : (y, x) or (y, x, band)
        Integers are divided by the maximum of their type.
    crop : int
        Side of the central part, pixel; 0: the shorter side of the picture.
    size : int
        Side of the result, pixel; the picture is smoothed before it is reduced.
    low, high : float
        Values of black and white in the result.

    Returns
    -------
    image : (size, size[, band]) float32

    Raises
    ------
    ValueError
        If the picture is smaller than the crop.
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


def with_bands(picture, bands):
    """Return a picture (y, x[, band]) as it is (`keep`), with three bands (`rgb`), or the mean of its bands (`gray`).

    Raises
    ------
    ValueError
        If a picture that is to be `rgb` has two bands, or more than three.
    """
    if bands == "gray" and picture.ndim == 3:
        return picture.mean(axis=-1, dtype=np.float32).astype(picture.dtype)
    if bands == "rgb" and picture.ndim == 2:
        return np.repeat(picture[..., None], 3, axis=-1)
    if bands == "rgb" and picture.shape[-1] != 3:
        raise ValueError(f"{picture.shape[-1]} bands are no RGB: set bands: keep, or gray for their mean")
    return picture


def check_bands(image, first):
    """Raise an error for an image whose number of bands differs from that of the first one."""
    n_bands, expected = (one.shape[2] if one.ndim == 3 else 1 for one in (image, first))
    if n_bands != expected:
        raise ValueError(f"number of bands {n_bands}, of the first picture {expected}: set bands: rgb or gray")


def decoded(items, max_unreadable, options, read=read_image):
    """Yield (image, row) of all pictures that can be decoded; the others are logged and skipped.

    Parameters
    ----------
    items : iterable of (source, row)
        Argument of `read`, and the row of the catalogue.
    max_unreadable : float
        Largest allowed fraction of undecodable pictures.
    options
        Object with `crop, size, low, high, bands`.

    Raises
    ------
    ValueError
        At the end, if more pictures failed; the message names the first one.
    """
    bad, n_items, first = [], 0, None
    for source, row in items:
        n_items += 1
        try:
            picture = with_bands(read(source)[0], options.bands)
            image = prepare(picture, options.crop, options.size, options.low, options.high)
            check_bands(image, image if first is None else first)
        except (ValueError, OSError, KeyError) as error:
            bad.append(f"{row['id']}: {error}")
            logging.warning("skipped: %s", bad[-1])
        else:
            first = image if first is None else first
            yield image, row
    if len(bad) > max_unreadable * n_items:
        raise ValueError(
            f"{len(bad)} of {n_items} pictures are unusable, max_unreadable allows {max_unreadable:.2%}: {bad[0]}"
        )
