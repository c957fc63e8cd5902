"""Rule list_coordinates: the positions of the sources of a field, as vectors of equal length."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.imaging.fields import turn_positions
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.coordinates import pack_coordinates
from workflow_scripts.settings.patches import Coordinates


def list_coordinates(*, fields, catalogue, coordinates, options: Coordinates, seed, code):
    """List the sources of random windows of the size of a field, randomly oriented.

    A window lies entirely inside a block, so that augmentation does not use the sky of another part.

    Parameters
    ----------
    fields, catalogue : str
        Outputs of `import_dataset` and `detect_sources`.
    coordinates : str
        Stack written: `vector (n, 2 * n_slots) float32`, pairs x, y in [0, 1], -1 in an empty slot.
    options : settings.patches.Coordinates

    Raises
    ------
    ValueError
        If the fields are not square.
    """
    table = read_catalogue(catalogue)
    n_dropped, vectors = 0, []
    with open_stack(fields) as stack:
        height, size = stack["image"].shape[1:3]
        if height != size:
            raise ValueError(f"{fields}: fields of {size}x{height} px are not square: set fields.field_size")
        for block in stored_blocks(stack):
            rows = table[table["block"] == block.number]
            rows = rows[np.argsort(-np.asarray(rows["flux"]), kind="stable")]
            x, y = (np.asarray(rows[f"{axis}_parent"]) - block.corner[i] for i, axis in enumerate("xy"))
            expected = options.n_windows * len(block.rows) / len(stack)
            n, generator = int(np.ceil(expected)), rng(seed, "list_coordinates", block.number)
            for x0, y0, symmetry in windows(block, size, n, generator):
                here = (x >= x0) & (x <= x0 + size - 1) & (y >= y0) & (y <= y0 + size - 1)
                places = turn_positions(x[here] - x0, y[here] - y0, size, symmetry)
                kept = np.stack(places)[:, : options.n_slots]
                kept = kept[:, np.argsort(kept[0], kind="stable")] if options.order == "x" else kept
                vectors.append(pack_coordinates(*kept, size, options.n_slots))
                n_dropped += int(here.sum()) - kept.shape[1]
    logging.info("%d windows, %d faint sources beyond n_slots excluded", len(vectors), n_dropped)
    with create_stack(coordinates, seed=seed, code=code, field_size=size) as writer:
        writer.append(vector=np.stack(vectors))


def windows(block, size, n, generator):
    """Yield corners and symmetries of windows: n random ones, or the fields themselves where n is 0."""
    if n == 0:
        yield from ((x, y, 0) for x, y in block.origins)
        return
    rows, columns = (side - size + 1 for side in block.shape)
    for place in generator.integers(rows * columns, size=n):
        yield place % columns, place // columns, int(generator.integers(8))


if "snakemake" in globals():
    run_rule(list_coordinates, snakemake)
