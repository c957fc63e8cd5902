"""Grids of positions: a field in square cells that hold a source or none."""

import numpy as np


def n_cells(shape, cell):
    """Return the cells of a field along y and x; a field that is no multiple of the cell is padded."""
    return -(-shape[0] // cell), -(-shape[1] // cell)


def fill_grid(x, y, classes, shape, cell):
    """Return which cells of a field hold a source.

    Parameters
    ----------
    x, y : (n,) float
        Positions in the field, pixel.
    classes : (n,) int
        Class of each source, from 1; of several in a cell the largest counts.
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
    """Return the middle pixel (x, y) and the class of every cell that is set, row by row."""
    row, column = np.nonzero(grid)
    return column * cell + cell // 2, row * cell + cell // 2, grid[row, column]
