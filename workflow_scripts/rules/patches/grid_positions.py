"""Rule grid_positions: the cells of every field that contain a source, the training data of position generators."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.scenes.grids import fill_grid, n_cells
from workflow_scripts.settings.patches import GridPositions

BLOCK = 256  # fields written at a time


def grid_positions(*, fields, catalogue, grids, class_grids, options: GridPositions, seed, code):
    """Write the grids of cells of every field of a part.

    Parameters
    ----------
    fields, catalogue : str
        Outputs of `import_dataset` and `detect_sources`.
    grids : str
        Stack written: `image (n, cells, cells) uint8`, 1 where a cell contains a source, else 0; attribute `cell`,
        pixel.
    class_grids : str
        Stack written: likewise, with the size class of the largest source in each cell, from 1.
    options : settings.patches.GridPositions
    """
    table, cell, n_shared = read_catalogue(catalogue), options.cell, 0
    with open_stack(fields) as stack:
        n, shape = len(stack), stack["image"].shape[1:3]
    x, y = (np.asarray(table[name]) for name in "xy")
    classes = np.digitize(np.asarray(table["npix"]), options.size_classes) + 1
    order = np.argsort(table["field"], kind="stable")
    runs = np.split(order, np.searchsorted(np.asarray(table["field"])[order], np.arange(1, n)))
    about = {"seed": seed, "code": code, "cell": cell}
    with create_stack(grids, **about) as binary, create_stack(class_grids, **about) as classed:
        for start in range(0, n, BLOCK):
            block = np.zeros((min(BLOCK, n - start), *n_cells(shape, cell)), np.uint8)
            for grid, rows in zip(block, runs[start : start + BLOCK], strict=True):
                grid[:] = fill_grid(x[rows], y[rows], classes[rows], shape, cell)
            classed.append(image=block)
            binary.append(image=np.minimum(block, 1))
            n_shared += np.count_nonzero(block)
    logging.info("%d sources in %d fields; %d share a cell with a larger one", len(table), n, len(table) - n_shared)


if "snakemake" in globals():
    run_rule(grid_positions, snakemake)
