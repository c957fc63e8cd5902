"""Fields: disjoint squares of an image, their assignment to parts, and their tiles."""

import numpy as np


def field_origins(shape, size):
    """Return the lower corners (x, y) of the disjoint square fields of an image or a block, column by column.

    Parameters
    ----------
    shape : (y, x)
    size : int or None
        Side of a field in pixels; None: the entire image is one field.

    Returns
    -------
    origins : (n, 2) int
    """
    if size is None:
        return np.zeros((1, 2), int)
    rows, columns = shape[0] // size, shape[1] // size
    return np.array([(x * size, y * size) for x in range(columns) for y in range(rows)], int).reshape(-1, 2)


def split_counts(n_blocks, fractions):
    """Divide a number of blocks by fractions, with the largest-remainder method.

    Parameters
    ----------
    n_blocks : int
    fractions : dict of str to float
        Fraction of each part; they are normalised to a sum of 1.

    Returns
    -------
    counts : dict of str to int

    Raises
    ------
    ValueError
        If a part gets no block.
    """
    total = sum(fractions.values())
    exact = {name: n_blocks * fraction / total for name, fraction in fractions.items()}
    counts = {name: int(value) for name, value in exact.items()}
    rest = sorted(exact, key=lambda name: (counts[name] - exact[name], name))
    for name in rest[: n_blocks - sum(counts.values())]:
        counts[name] += 1
    if 0 in counts.values():
        raise ValueError(
            f"{n_blocks} blocks of fields cannot be divided into {', '.join(fractions)}: {counts}; give more or larger "
            "images, a smaller fields.block_size or fields.field_size, or other fractions in fields.split"
        )
    return counts


def cut_tiles(images, size):
    """Cut every image into disjoint square tiles, row by row; a remainder at the border is excluded.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band)
    size : int or None
        Side of a tile in pixels; None: each image is one tile.

    Returns
    -------
    tiles : (n * tiles_per_image, size, size[, band])
    owner : (n * tiles_per_image,) int
        Row of the image of each tile.

    Raises
    ------
    ValueError
        If a tile is larger than the image.
    """
    if size is None:
        return images, np.arange(len(images))
    n, height, width = images.shape[:3]
    check_tile(size, (height, width))
    rows, columns = height // size, width // size
    cut = images[:, : rows * size, : columns * size]
    cut = cut.reshape(n, rows, size, columns, size, *images.shape[3:]).swapaxes(2, 3)
    return cut.reshape(n * rows * columns, size, size, *images.shape[3:]), np.repeat(np.arange(n), rows * columns)


def check_tile(size, shape):
    """Raise an error for tiles that are larger than images (y, x)."""
    height, width = shape
    if size > min(height, width):
        raise ValueError(
            f"tiles of {size} px cannot be cut from images of {width}x{height} px: lower judging.tile_size"
        )


def turn(image, symmetry):
    """Apply one of the eight symmetries of the square to the first two axes: 0 is the identity, from 4 transposed."""
    image = image.swapaxes(0, 1) if symmetry >= 4 else image
    return np.rot90(image, symmetry % 4)


def turn_positions(x, y, size, symmetry):
    """Transform pixel positions of a square image of side `size` like `turn` transforms its pixels."""
    if symmetry >= 4:
        x, y = y, x
    for _ in range(symmetry % 4):
        x, y = y, size - 1 - x
    return x, y
