"""Rule render_blends: the images of the blends of all shards as one array, with their catalogue."""

import numpy as np

from workflow_scripts.blending.rendering import BLOCK, render
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import open_stamps, read_members, write_blend_catalogue
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.blending import RenderBlends


def render_blends(*, shards, stamps, stamp_catalogue, catalogue, blends, options: RenderBlends, seed):
    """Render every blend.

    Parameters
    ----------
    shards : list of str
        Outputs of `pair_galaxies`, in order.
    stamps, stamp_catalogue : str
        Stamps of the blended galaxies.
    catalogue : str
        CSV written, one row per blend: `id,distance,shift_x,shift_y,g1_id,g1_mag,...,g2_type` and `gN_...`.
    blends : str
        NPY written, (n, y, x[, band]) float32.
    options : settings.blending.RenderBlends
    """
    with open_stamps(stamps, stamp_catalogue) as source:
        table, galaxies = source.table, StampSet.of(source, subpixel=options.subpixel)
    members, shifts = read_members(shards, len(table["id"]))
    shape, stream = (len(members), *galaxies.shape), f"concatenate_blends {options.blend} {options.split}"
    with create_array(blends, shape, np.float32) as images:
        for start in progress(range(0, len(members), BLOCK), "blocks"):
            block = slice(start, start + BLOCK)
            generator = rng(seed, stream, start // BLOCK)
            images.extend(render(galaxies, members[block], shifts[block], options, generator))
    write_blend_catalogue(catalogue, members, shifts, table, legacy_shift_columns=options.legacy_shift_columns)


if "snakemake" in globals():
    run_rule(render_blends, snakemake)
