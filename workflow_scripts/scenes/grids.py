"""Grids of positions: square cells of a field that are empty or contain a source."""

import numpy as np

from workflow_scripts.scenes.placement import as_truth, put


def n_cells(shape, cell):
    """Return the number of cells of a field along y and x; a field that is not a multiple of the cell is padded."""
    return -(-shape[0] // cell), -(-shape[1] // cell)


def fill_grid(x, y, classes, shape, cell):
    """Return the cells of a field that contain a source.

    Parameters
    ----------
    x, y : (n,) float
        Positions in the field, pixel.
    classes : (n,) int
        Class of each source, from 1; a cell with several sources has the largest class.
    shape : (y, x)
        Of the field, pixel.
    cell : int
        Side of a cell, pixel.

    Returns
    -------
    grid : (cells, cells) uint8
        0 for an empty cell.
    """
    grid = np.zeros(n_cells(shape, cell), np.uint8)
    row, column = (
        np.clip(np.round(place).astype(int) // cell, 0, side - 1)
        for place, side in zip((y, x), grid.shape, strict=True)
    )
    np.maximum.at(grid, (row, column), np.asarray(classes, np.uint8))
    return grid


def cells_of(grid, cell):
    """Return the central pixel (x, y) and the class of every occupied cell, row by row."""
    row, column = np.nonzero(grid)
    return column * cell + cell // 2, row * cell + cell // 2, grid[row, column]


def patches_on_grids(grids, patches_for, rng, *, shape, level, offset, round_to, fields=1):
    """Yield one or several fields per grid: a constant level, and a patch in every occupied cell.

    Parameters
    ----------
    grids : (n, cells, cells) int
    patches_for : callable
        Function of the classes (k,) of all occupied cells, field by field, that returns patches (k, s, s) of the size
        of a cell.
    rng : numpy.random.Generator
    shape : (y, x)
        Shape of the fields; cells outside are truncated.
    level : float
        Level of the background.
    offset : bool
        Whether patches have random positions in their cells, instead of the centre.
    round_to : float
        Step of the data's grey levels; 0: continuous ones.
    fields : int
        Number of fields per grid.

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array

    Raises
    ------
    ValueError
        If the grid does not cover the field.
    """
    patches = patches_for(np.concatenate([np.tile(grid[np.nonzero(grid)], fields) for grid in grids]))
    cell, drawn = patches.shape[1], iter(patches)
    if tuple(grids.shape[1:]) != n_cells(shape, cell):
        raise ValueError(
            f"grids of {grids.shape[2]}x{grids.shape[1]} cells do not fit fields of {shape[1]}x{shape[0]} px and "
            f"patches of {cell} px: train both on the same patches.size"
        )
    for grid in grids:
        x, y, _ = cells_of(grid, cell)
        if offset:
            x, y = (place + rng.uniform(-0.5, 0.5, len(place)) * cell for place in (x, y))
        for _ in range(fields):
            image = np.full(shape, level, np.float32)
            yield image, as_truth([put(image, next(drawn), *place, round_to) for place in zip(x, y, strict=True)])
