"""Stamps: square cutouts around sources, and the masks of the sources in them."""

import numpy as np
from scipy.ndimage import binary_dilation


def stamp_corners(x, y, size):
    """Return the lower corner (x, y) of each stamp, so that the source is at pixel `size // 2`."""
    return np.round(x).astype(int) - size // 2, np.round(y).astype(int) - size // 2


def inside(x0, y0, size, covered):
    """Return which stamps lie entirely in the region covered by data.

    Parameters
    ----------
    x0, y0 : (n,) int
        Lower corners.
    covered : (y, x) bool

    Returns
    -------
    inside : (n,) bool
    """
    height, width = covered.shape
    fits = (x0 >= 0) & (y0 >= 0) & (x0 + size <= width) & (y0 + size <= height)
    area = np.zeros((height + 1, width + 1), np.int64)
    area[1:, 1:] = covered.cumsum(0).cumsum(1)
    x, y = np.where(fits, x0, 0), np.where(fits, y0, 0)
    x1, y1 = np.minimum(x + size, width), np.minimum(y + size, height)
    return fits & (area[y1, x1] - area[y, x1] - area[y1, x] + area[y, x] == size * size)


def cut(image, x0, y0, size):
    """Cut stamps out of an image.

    Returns
    -------
    stamps : (n, size, size), the type of `image`
    """
    step = np.arange(size)
    return image[y0[:, None, None] + step[:, None], x0[:, None, None] + step]


def own_masks(segmentation, segval, grow):
    """Return the pixels that belong to the central source of each stamp.

    Parameters
    ----------
    segmentation : (n, y, x) int
    segval : (n,) int
        Label of the central source.
    grow : int
        Dilation in pixels, which does not extend into other sources.

    Returns
    -------
    mask : (n, y, x) bool
    """
    own = segmentation == segval[:, None, None]
    if grow:
        disc = np.hypot(*np.ogrid[-grow : grow + 1, -grow : grow + 1]) <= grow + 0.5
        own = binary_dilation(own, disc[None])
    return own & ((segmentation == 0) | (segmentation == segval[:, None, None]))


def frame(image, size):
    """Return an image cropped or zero-padded to a square stamp, and a mask of the pixels with data."""
    stamp, covered = np.zeros((size, size), image.dtype), np.zeros((size, size), bool)
    here, there = zip(*(overlap(side, size) for side in image.shape), strict=True)
    stamp[there], covered[there] = image[here], True
    return stamp, covered


def overlap(side, size):
    """Return the pixels of an axis that are kept, and their position in the stamp."""
    start = size // 2 - side // 2
    first, last = max(start, 0), min(start + side, size)
    return slice(first - start, last - start), slice(first, last)


def fit_labels(segmentation, segval):
    """Return a segmentation map as int32, and the label of a source in it.

    Labels are unchanged if all are in the range of int32; else they are renumbered from 1.

    Parameters
    ----------
    segmentation : (y, x) int
        Of any integer type.
    segval : int
    """
    limits = np.iinfo(np.int32)
    if limits.min <= segmentation.min() and segmentation.max() <= limits.max:
        return np.array(segmentation, np.int32), segval
    names, number = np.unique(segmentation[segmentation != 0], return_inverse=True)
    labels = np.zeros(segmentation.shape, np.int32)
    labels[segmentation != 0] = number + 1
    return labels, int(np.searchsorted(names, segval)) + 1
