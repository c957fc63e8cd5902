"""Windows: the blocks of a part with a margin of the sky around them, for detection and stamps."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """A block with its margin.

    Attributes
    ----------
    block : int
        Number of the block.
    origin : (2,) int
        Corner (x, y) of the window in the parent image, which may lie outside it.
    pixels : (y, x) or (y, x, band)
    covered : array of the same shape, bool
        Where the parent image has pixels that are not masked.
    variance : array of the same shape, or None
    """

    block: int
    origin: np.ndarray
    pixels: np.ndarray
    covered: np.ndarray
    variance: np.ndarray | None = None


def cut_window(image, block, margin, shape):
    """Cut the window of a block out of its parent image.

    Parameters
    ----------
    image : formats.sky_images.SkyImage
    block : imaging.blocks.Block
    margin : int
        Pixel.
    shape : (y, x)
        Of the window, at least that of the block with two margins.

    Returns
    -------
    window : Window
        Pixels are 0, and variances infinite, where it is not covered.
    """
    origin = block.corner - margin
    ends = np.minimum(origin + shape[::-1], image.shape[::-1])
    rows, columns = (slice(max(origin[axis], 0), ends[axis]) for axis in (1, 0))
    seen = image.read((rows, columns))
    there = tuple(
        slice(part.start - first, part.stop - first) for part, first in zip((rows, columns), origin[::-1], strict=True)
    )

    def placed(values, outside):
        whole = np.full((*shape, *values.shape[2:]), outside, values.dtype)
        whole[there] = values
        return whole

    pixels = placed(np.where(seen.masked, 0, seen.image).astype(np.float32), 0)
    variance = None if seen.variance is None else placed(seen.variance, np.inf)
    return Window(block.number, origin, pixels, placed(~seen.masked, False), variance)


def read_windows(stack, column="image"):
    """Yield the windows of a stack, one in memory at a time.

    Parameters
    ----------
    stack : formats.stacks.Stack or mapping of columns
        With `block`, `x0`, `y0` and the requested column; without `covered`, all of a window is covered but the pixels
        that are NaN.
    column : str
    """
    for row, (block, x0, y0) in enumerate(zip(*(stack[name][:] for name in ("block", "x0", "y0")), strict=True)):
        pixels = stack[column][row]
        covered = stack["covered"][row] if "covered" in stack else np.isfinite(pixels)
        variance = stack["variance"][row] if "variance" in stack else None
        yield Window(int(block), np.array([x0, y0]), np.where(covered, pixels, 0), covered, variance)


def fields_of(pixels, window, block):
    """Cut an array with the layout of a window into the fields of its block, (n, y, x)."""
    height, width = block.field_shape
    corners = block.origins + block.corner - window.origin
    return np.stack([pixels[y : y + height, x : x + width] for x, y in corners])


def inside_block(window, block):
    """Return the pixels of a window that belong to its block, (y, x) bool."""
    inside, (height, width) = np.zeros(window.pixels.shape[:2], bool), block.field_shape
    for x, y in block.origins + block.corner - window.origin:
        inside[y : y + height, x : x + width] = True
    return inside
