"""Rule grid_positions: which cells of every field hold a source, as the generators of positions learn it."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.imaging.grids import fill_grid, n_cells
from workflow_scripts.job.entry import run_rule

BLOCK = 256  # fields written at a time


def grid_positions(*, fields, catalogue, grids, options, seed, code):
    """Write the grid of cells of every field of a part.

    Parameters
    ----------
    fields, catalogue : str
        What `import_dataset` and `detect_sources` wrote.
    grids : str
        Stack written: `image (n, cells, cells) uint8`, 0 for an empty cell, else 1 or the class of the largest source;
        attribute `cell`, pixel.
    options : dict
        `cell` (side of a cell: that of a patch, pixel), `classes` (whether cells hold the class of size),
        `size_classes` (pixels at which the next class begins).
    """
    table, cell, n_shared = read_catalogue(catalogue), options["cell"], 0
    with open_stack(fields) as stack:
        n, shape = len(stack), stack["image"].shape[1:3]
    field, x, y, npix = (np.asarray(table[name]) for name in ("field", "x", "y", "npix"))
    kinds = np.digitize(npix, options["size_classes"]) + 1 if options["classes"] else np.ones(len(table), int)
    order = np.argsort(field, kind="stable")
    ends = np.searchsorted(field[order], np.arange(n + 1))
    with create_stack(grids, seed=seed, code=code, cell=cell) as writer:
        for start in range(0, n, BLOCK):
            block = np.zeros((min(BLOCK, n - start), *n_cells(shape, cell)), np.uint8)
            for number in range(len(block)):
                rows = order[ends[start + number] : ends[start + number + 1]]
                block[number] = fill_grid(x[rows], y[rows], kinds[rows], shape, cell)
                n_shared += len(rows) - np.count_nonzero(block[number])
            writer.append(image=block)
    logging.info("%d sources in %d fields; %d share a cell with a larger one", len(table), n, n_shared)


if "snakemake" in globals():
    run_rule(grid_positions, snakemake)
