"""Blocks: rectangles of whole fields with a guard band between them, which are assigned to parts as a whole."""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.imaging.fields import field_origins


@dataclass(frozen=True)
class Block:
    """A block of the sky and its fields.

    Attributes
    ----------
    number : int
        Among all blocks of the data set.
    parent : int
        Number of its image.
    corner : (2,) int
        Lower corner (x, y) in the parent image.
    shape : (y, x)
        Pixel.
    rows : (n,) int
        Rows of its fields in the stack of its part.
    origins : (n, 2) int
        Corners (x, y) of its fields in the block.
    field_shape : (y, x)
        Pixel.
    """

    number: int
    parent: int
    corner: np.ndarray
    shape: tuple
    rows: np.ndarray
    origins: np.ndarray
    field_shape: tuple

    def holds(self, x, y):
        """Return which positions in the block, of (n,) coordinates, lie in one of its fields, (n,) bool."""
        return self.cells(x, y).any(axis=0)

    def cells(self, x, y):
        """Return which of the fields, (n, m) bool, contain positions in the block, of (m,) coordinates."""
        # a pixel extends half a pixel to either side of its centre
        cell = np.stack([(x + 0.5) // self.field_shape[1], (y + 0.5) // self.field_shape[0]])
        return (cell == (self.origins // self.field_shape[::-1])[:, :, None]).all(axis=1)

    @property
    def is_whole(self):
        """Return whether the block has all of its fields."""
        return len(self.rows) * np.prod(self.field_shape) == np.prod(self.shape)

    def locate(self, x, y):
        """Return the stack row, and the position in that field, of positions inside the block."""
        field = self.cells(x, y).argmax(axis=0)
        return self.rows[field], x - self.origins[field, 0], y - self.origins[field, 1]


@dataclass(frozen=True)
class Division:
    """The blocks of one image.

    Attributes
    ----------
    shape : (y, x)
        Of the image.
    field_shape : (y, x)
    n_spanned : int
        Pixels from the first block to the last, guard bands included.
    blocks : tuple of (n, 2) int
        Corners (x, y) in the image of the fields of each block.
    n_left_out : int
        Fields that are left out of their blocks.
    """

    shape: tuple
    field_shape: tuple
    n_spanned: int
    blocks: tuple
    n_left_out: int = 0

    @property
    def n_fields(self):
        """Return the number of fields of each block, (n,) int."""
        return np.array([len(origins) for origins in self.blocks], int)

    def window(self, origin):
        """Return the window of the field at a corner, slices of rows and columns."""
        height, width = self.field_shape
        return slice(origin[1], origin[1] + height), slice(origin[0], origin[0] + width)

    def select(self, keep):
        """Return the division without the fields for which `keep(window)` is false, and without empty blocks."""
        kept = [origins[[keep(self.window(origin)) for origin in origins]] for origins in self.blocks]
        blocks = tuple(origins for origins in kept if len(origins))
        return replace(self, blocks=blocks, n_left_out=int(self.n_fields.sum()) - sum(map(len, blocks)))


def divide(shape, field_size, block_size, guard):
    """Return the division of an image into blocks of whole fields; see `place_blocks`."""
    corners, block_shape = place_blocks(shape, field_size, block_size, guard)
    origins = field_origins(block_shape, field_size)
    n_spanned = int(np.prod(np.ptp(corners, axis=0)[::-1] + block_shape))
    field_shape = (field_size, field_size) if field_size else tuple(shape)
    return Division(tuple(shape), field_shape, n_spanned, tuple(corner + origins for corner in corners))


def place_blocks(shape, field_size, block_size, guard):
    """Place the blocks of an image on a grid in its middle.

    The side of a block is the smallest multiple of `field_size` that is at least `block_size`. An image with less room
    is a single block, of as many fields as it has room for.

    Parameters
    ----------
    shape : (y, x)
    field_size : int or None
        Side of a field in pixels, at most that of the image; None: the entire image is one block and one field.
    block_size : int
        Pixel.
    guard : int
        Width of the band between two blocks, pixel.

    Returns
    -------
    corners : (n, 2) int
        Lower corners (x, y), column by column.
    block_shape : (y, x)
        Of every block of the image.
    """
    if field_size is None:
        return np.zeros((1, 2), int), tuple(shape)
    sides = [min(-(-block_size // field_size), length // field_size) * field_size for length in shape]
    y, x = (place_along(length, side, guard) for length, side in zip(shape, sides, strict=True))
    return np.array([(left, top) for left in x for top in y], int).reshape(-1, 2), tuple(sides)


def place_along(length, side, guard):
    """Return the first pixels of the blocks along one axis."""
    n = (length + guard) // (side + guard)
    return (length + guard - n * (side + guard)) // 2 + (side + guard) * np.arange(n)


def stored_blocks(stack):
    """Return the blocks of a stack of fields.

    Parameters
    ----------
    stack : formats.stacks.Stack or mapping of columns
        With `image`, `parent`, `block`, `x0`, `y0`; the fields of a block are consecutive rows.
    """
    numbers, shape = stack["block"][:], stack["image"].shape[1:3]
    parents, origins = stack["parent"][:], np.stack([stack["x0"][:], stack["y0"][:]], axis=1)
    runs = np.split(np.arange(len(numbers)), np.nonzero(np.diff(numbers))[0] + 1)
    return [block_of(int(numbers[rows[0]]), int(parents[rows[0]]), rows, origins[rows], shape) for rows in runs]


def block_of(number, parent, rows, origins, field_shape):
    """Return the block with fields at given corners in the parent, (n, 2)."""
    corner = origins.min(axis=0)
    width, height = origins.max(axis=0) - corner + field_shape[::-1]
    return Block(number, parent, corner, (int(height), int(width)), rows, origins - corner, tuple(field_shape))


def fields_per_block(stack):
    """Return the median number of fields of the blocks of a stack; 1 where its images are in no blocks."""
    return int(np.median(np.unique(stack["block"][:], return_counts=True)[1])) if "block" in stack else 1


def group_by_region(blocks, field, x, y):
    """Group the sources of a part by regions of one shape: its blocks if these are whole and alike, else its fields.

    Parameters
    ----------
    blocks : list of Block
        All of the part.
    field : (n,) int
        Stack row of the field of each source.
    x, y : (n,) float
        Position in that field, pixel.

    Returns
    -------
    shape : (y, x)
        Of a region.
    positions : (n, 2) float
        x, y in the region, pixel.
    rows : list of (m,) int
        Sources of each region.
    """
    n_fields = [len(block.rows) for block in blocks]
    equal = len({block.shape for block in blocks}) == 1 and all(block.is_whole for block in blocks)
    region = np.repeat(np.arange(len(blocks)), n_fields) if equal else np.arange(sum(n_fields))
    offset = np.concatenate([block.origins for block in blocks]) * equal
    order = np.argsort(region[field], kind="stable")
    rows = np.split(order, np.searchsorted(region[field][order], np.arange(1, region[-1] + 1)))
    shape = blocks[0].shape if equal else blocks[0].field_shape
    return shape, np.column_stack([x, y]) + offset[field], rows
