"""Mosaics of the fields of one part, one for each parent image."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.imaging.fields import assemble_mosaic


@dataclass(frozen=True)
class Mosaic:
    """The region of one parent image that a part covers.

    Attributes
    ----------
    pixels : (y, x)
    covered : (y, x) bool
    origin : (2,) int
        Corner (x, y) of the mosaic in the parent image.
    parent : int
    rows : (n,) int
        Rows of its fields in the stack.
    x0, y0 : (n,) int
        Corners of its fields in the mosaic.
    size : (2,) int
        Height and width of a field.
    """

    pixels: np.ndarray
    covered: np.ndarray
    origin: np.ndarray
    parent: int
    rows: np.ndarray
    x0: np.ndarray
    y0: np.ndarray
    size: tuple

    def locate(self, x, y):
        """Return the stack row, and the position in that field, of positions in the mosaic.

        A position outside all fields is assigned to the nearest one.
        """
        dx = np.maximum(np.maximum(self.x0 - x[:, None], x[:, None] - self.x0 - self.size[1] + 1), 0)
        dy = np.maximum(np.maximum(self.y0 - y[:, None], y[:, None] - self.y0 - self.size[0] + 1), 0)
        nearest = np.argmin(np.hypot(dx, dy), axis=1)
        return self.rows[nearest], x - self.x0[nearest], y - self.y0[nearest]


def part_mosaics(stack, column):
    """Yield the mosaic of every parent image of a stack of fields, one parent in memory at a time.

    Parameters
    ----------
    stack : formats.stacks.Stack or mapping of columns
        With `parent`, `x0`, `y0` and the requested column; the fields of a parent must be consecutive rows.
    column : str
    """
    parents = stack["parent"][:]
    for rows in np.split(np.arange(len(parents)), np.nonzero(np.diff(parents))[0] + 1):
        parent, run = parents[rows[0]], slice(rows[0], rows[-1] + 1)
        x0, y0, images = stack["x0"][run], stack["y0"][run], stack[column][run]
        pixels, covered, origin = assemble_mosaic(images, x0, y0)
        yield Mosaic(pixels, covered, origin, int(parent), rows, x0 - origin[0], y0 - origin[1], images.shape[1:3])


def fields_of(pixels, mosaic):
    """Cut an array with the layout of a mosaic into the fields of the mosaic, (n, y, x)."""
    height, width = mosaic.size
    corners = zip(mosaic.x0, mosaic.y0, strict=True)
    return np.stack([pixels[y : y + height, x : x + width] for x, y in corners])
