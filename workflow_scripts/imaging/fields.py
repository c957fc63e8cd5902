"""Fields: disjoint squares of an image, their division into parts of the sky, and a part's mosaic."""

import numpy as np


def field_origins(shape, size):
    """Return the lower corners (x, y) of the disjoint square fields of an image, column by column.

    Column by column, so that a run of consecutive fields is a contiguous part of the sky.

    Parameters
    ----------
    shape : (y, x)
    size : int or None
        Side of a field in pixels; None takes the whole image as one field.

    Returns
    -------
    origins : (n, 2) int
    """
    if size is None:
        return np.zeros((1, 2), int)
    rows, columns = shape[0] // size, shape[1] // size
    return np.array([(x * size, y * size) for x in range(columns) for y in range(rows)], int).reshape(-1, 2)


def split_counts(n_fields, shares):
    """Divide a number of fields by shares, largest remainder first.

    Parameters
    ----------
    n_fields : int
    shares : dict of str to float
        Share of each part; they are scaled to a sum of one.

    Returns
    -------
    counts : dict of str to int

    Raises
    ------
    ValueError
        Where a part would get no field.
    """
    total = sum(shares.values())
    exact = {name: n_fields * share / total for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    rest = sorted(exact, key=lambda name: (counts[name] - exact[name], name))
    for name in rest[: n_fields - sum(counts.values())]:
        counts[name] += 1
    if 0 in counts.values():
        raise ValueError(
            f"{n_fields} fields cannot be divided into {', '.join(shares)}: {counts}; give more or larger images, "
            "a smaller fields.field_size, or other shares in fields.split"
        )
    return counts


def assemble_mosaic(images, x0, y0):
    """Put fields of one parent image back at their places.

    Parameters
    ----------
    images : (n, y, x)
    x0, y0 : (n,) int
        Lower corner of each field in the parent, pixel.

    Returns
    -------
    mosaic : (y, x), the type of `images`; 0 where no field is
    covered : (y, x) bool
    origin : (2,) int
        Corner (x, y) of the mosaic in the parent.
    """
    origin = np.array([x0.min(), y0.min()])
    height, width = images.shape[1:3]
    mosaic = np.zeros((y0.max() - origin[1] + height, x0.max() - origin[0] + width), images.dtype)
    covered = np.zeros(mosaic.shape, bool)
    for image, x, y in zip(images, x0 - origin[0], y0 - origin[1], strict=True):
        mosaic[y : y + height, x : x + width] = image
        covered[y : y + height, x : x + width] = True
    return mosaic, covered, origin


def cut_tiles(images, size):
    """Cut every image into disjoint square tiles, row by row; a rest at the border is left out.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band)
    size : int or None
        Side of a tile in pixels; None takes each image as one tile.

    Returns
    -------
    tiles : (n * tiles_per_image, size, size[, band])
    owner : (n * tiles_per_image,) int
        Row of the image that each tile came from.

    Raises
    ------
    ValueError
        Where a tile is larger than the image.
    """
    if size is None:
        return images, np.arange(len(images))
    n, height, width = images.shape[:3]
    if size > min(height, width):
        raise ValueError(
            f"tiles of {size} px cannot be cut from images of {width}x{height} px: lower judging.tile_size"
        )
    rows, columns = height // size, width // size
    cut = images[:, : rows * size, : columns * size]
    cut = cut.reshape(n, rows, size, columns, size, *images.shape[3:]).swapaxes(2, 3)
    return cut.reshape(n * rows * columns, size, size, *images.shape[3:]), np.repeat(np.arange(n), rows * columns)


def turn(image, symmetry):
    """Apply one of the eight symmetries of the square to the first two axes: 0 is none, 4 and above transpose."""
    image = image.swapaxes(0, 1) if symmetry >= 4 else image
    return np.rot90(image, symmetry % 4)


def turn_positions(x, y, size, symmetry):
    """Move pixel positions of a square image of side `size` as `turn` moves its pixels."""
    if symmetry >= 4:
        x, y = y, x
    for _ in range(symmetry % 4):
        x, y = y, size - 1 - x
    return x, y
