"""Fields at a reduced size, and back."""

import numpy as np


def scale_factor(shape, size):
    """Return how many pixels of a field (y, x) become one, along each axis, so that it fits `size` pixels."""
    return max(1, -(-max(shape) // size))


def shrink(images, size):
    """Reduce fields to their means over square blocks of pixels; a mean keeps the unit, light per original pixel.

    Parameters
    ----------
    images : (n, y, x)
        Padded to a whole number of blocks by repeating the last row and column, which is sky.
    size : int
        Side of the result, pixel; a field that is smaller is padded only.

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
    """Bring one reduced field back to its shape (y, x): every pixel becomes a block, padding is cut off.

    ASSUME: blocks, not an interpolation, which would add structure that nobody drew; `shrink` undoes them exactly.
    """
    factor = scale_factor(shape, small.shape[0])
    return np.repeat(np.repeat(small, factor, axis=0), factor, axis=1)[: shape[0], : shape[1]]
