"""Squares of pictures, and their reduction by exact means over areas."""

import numpy as np


def square_corners(shape, cut):
    """Return the lower corners (x, y) of the squares of a picture, whose side is its shorter side.

    Parameters
    ----------
    shape : (y, x)
    cut : {"centre", "squares"}
        The central square, or as many disjoint ones as fit along the longer side, centred together.
    """
    side, length = min(shape[:2]), max(shape[:2])
    n = 1 if cut == "centre" else length // side
    starts = (length - n * side) // 2 + side * np.arange(n)
    return [(0, int(start)) if shape[0] > shape[1] else (int(start), 0) for start in starts]


def area_mean(image, size):
    """Return an image with a side of `size` pixels: each is the mean over its area, fractions of pixels included.

    Parameters
    ----------
    image : (y, x) or (y, x, band)

    Returns
    -------
    small : (size, size[, band]) float32
    """
    return mean_along(mean_along(np.asarray(image, np.float64), size, 0), size, 1).astype(np.float32)


def mean_along(values, size, axis):
    """Return means along an axis, from the integral of the pixels up to the edges of the areas."""
    values = np.moveaxis(values, axis, 0)
    integral = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    edges = np.arange(size + 1) * len(values) / size
    below = np.minimum(edges.astype(int), len(values) - 1)
    part = (edges - below).reshape(-1, *[1] * (values.ndim - 1))
    at_edges = integral[below] + part * values[below]
    return np.moveaxis(np.diff(at_edges, axis=0) * (size / len(values)), 0, axis)
