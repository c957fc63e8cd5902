"""Reduction of fields in size, and enlargement."""

import numpy as np


def scale_factor(shape, size):
    """Return the side of the blocks of pixels by which a field (y, x) is reduced to at most `size` pixels per axis."""
    return max(1, -(-max(shape) // size))


def shrink(images, size):
    """Reduce fields by means over square blocks of pixels; the unit is unchanged, flux per original pixel.

    Parameters
    ----------
    images : (n, y, x)
        Padded to a whole number of blocks by repeating the last row and column.
    size : int
        Side of the result, pixel; a smaller field is only padded.

    Returns
    -------
    small : (n, size, size) float32
    """
    factor = scale_factor(images.shape[1:], size)
    padding = [(0, 0), *((0, size * factor - side) for side in images.shape[1:])]
    padded = np.pad(images, padding, mode="edge")
    blocks = padded.reshape(len(images), size, factor, size, factor)
    return blocks.mean(axis=(2, 4), dtype=np.float64).astype(np.float32)


def enlarge(small, shape):
    """Enlarge one reduced field to its original shape (y, x): every pixel becomes a block, padding is removed.

    ASSUME: blocks, as interpolation would add structure that was not generated; `shrink` is the exact inverse.
    """
    factor = scale_factor(shape, small.shape[0])
    return np.repeat(np.repeat(small, factor, axis=0), factor, axis=1)[: shape[0], : shape[1]]
