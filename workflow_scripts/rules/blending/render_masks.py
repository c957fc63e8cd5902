"""Rule render_masks: the masks, or the isolated galaxies, of all blends as one array."""

import numpy as np

from workflow_scripts.blending.masks import draw_masks, n_channels
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.blending.truth import isolated
from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import open_stamps, read_members
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings.blending import RenderMasks

BLOCK = 32


def render_masks(*, shards, stamps, stamp_catalogue, masks, options: RenderMasks):
    """Write one kind of mask of every blend, channels last.

    Parameters
    ----------
    shards : list of str
        Outputs of `pair_galaxies`, in order.
    stamps, stamp_catalogue : str
        Stamps of the blended galaxies.
    masks : str
        NPY written: (n, y, x, channel) uint8, or (n, y, x, galaxy[, band]) float32 for `single_images`.
    options : settings.blending.RenderMasks
    """
    method = options.method
    single = method == "single_images"
    with open_stamps(stamps, stamp_catalogue) as source:
        form = {"model": source.is_model and single, "subpixel": options.subpixel and single}
        galaxies = StampSet.of(source, images=single, **form)
    members, shifts = read_members(shards, len(galaxies.noise))
    n, channels = len(members), n_channels(method, members.shape[1])
    frame = (*galaxies.shape[:2], channels, *galaxies.shape[2:])
    shape, kind = ((n, *frame), np.float32) if single else ((n, *frame[:3]), np.uint8)
    with create_array(masks, shape, kind) as array:
        for start in progress(range(0, n, BLOCK), "blocks"):
            block = slice(start, min(start + BLOCK, n))
            array.extend(draw(method, galaxies, members[block], shifts[block], shape[1:], kind))


def draw(method, galaxies, members, shifts, shape, kind):
    """Return one kind of mask, or the isolated galaxies, of several blends."""
    out = np.zeros((len(members), *shape), kind)
    if method != "single_images":
        draw_masks(method, galaxies, members, shifts, out)
        return out
    for blend, own, places in zip(out, members.tolist(), shifts.tolist(), strict=True):
        blend[...] = np.moveaxis(isolated(galaxies, own, places)[0], 0, 2)
    return out


if "snakemake" in globals():
    run_rule(render_masks, snakemake)
