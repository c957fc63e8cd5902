"""Rule concatenate_blends: the blends of all shards as arrays, with their variance and their catalogue."""

import numpy as np

from workflow_scripts.blending.rendering import place_all, render
from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import read_blends
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.progress import progress
from workflow_scripts.job.seeds import rng


def concatenate_blends(*, shards, stamps, stamp_catalogue, catalogue, blends, variance, options, seed):
    """Render every blend.

    Parameters
    ----------
    shards : list of str
        What `produce_blends` wrote, in order.
    stamps, stamp_catalogue : str
        What `cut_stamps` wrote.
    catalogue : str
        CSV written: the shards' rows.
    blends, variance : str
        NPY written, (n, y, x) float32.
    options : dict
        `blend` (name of the set), `split`, `noise` (`uniform` or `natural`).
    """
    scenes = read_blends(shards, stamps, stamp_catalogue)
    shape = (len(scenes.pairs), *scenes.images.shape[1:])
    with create_array(blends, shape, np.float32) as images, create_array(variance, shape, np.float32) as variances:
        for number, (members, own, noise) in enumerate(progress(place_all(scenes), "blends", shape[0])):
            generator = rng(seed, f"concatenate_blends {options['blend']} {options['split']}", number)
            image, level = render(members, own, noise, options["noise"], generator)
            images.append(image)
            variances.append(level)
    write_csv(catalogue, scenes.rows)


if "snakemake" in globals():
    run_rule(concatenate_blends, snakemake)
