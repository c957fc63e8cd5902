"""Rule concatenate_masks: the masks, or the single galaxies, of all blends as one array."""

import numpy as np

from workflow_scripts.blending.rendering import MASKS, place_all
from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import read_blends
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.progress import progress


def concatenate_masks(*, shards, stamps, stamp_catalogue, masks, options):
    """Write one kind of mask of every blend, channels last.

    Parameters
    ----------
    shards : list of str
        What `produce_blends` wrote, in order.
    stamps, stamp_catalogue : str
        What `cut_stamps` wrote.
    masks : str
        NPY written: (n, y, x, channel) uint8, or float32 for `single_images`.
    options : dict
        `method`: `gg_masks`, `ogg_masks`, `bogg_masks` or `single_images`.
    """
    method = options["method"]
    channels = {"gg_masks": 2, "ogg_masks": 3, "bogg_masks": 4, "single_images": 2}[method]
    kind = np.float32 if method == "single_images" else np.uint8
    scenes = read_blends(shards, stamps, stamp_catalogue)
    n, (height, width) = len(scenes.pairs), scenes.images.shape[1:]
    with create_array(masks, (n, height, width, channels), kind) as array:
        for members, own, _ in progress(place_all(scenes), "blends", n):
            array.append(np.moveaxis(members, 0, -1) if method == "single_images" else MASKS[method](own))


if "snakemake" in globals():
    run_rule(concatenate_masks, snakemake)
