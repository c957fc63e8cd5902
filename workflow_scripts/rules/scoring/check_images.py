"""Rule check_images: check the user's own images before anything is trained to score them."""

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.image_sources import open_images
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.scoring import CheckImages

BLOCK = 16  # images in memory at a time


def check_images(*, images, checked, options: CheckImages):
    """Check the images to be scored.

    Parameters
    ----------
    images : list of str
        Files of images of one size, or one stack.
    checked : str
        JSON written: `n`, the number of usable images; their `shape`; `skipped`, files with the reasons.
    options : settings.scoring.CheckImages

    Raises
    ------
    ValueError
        If a file is unusable and may not be skipped; the message names the first one.
    """
    with open_images(images, options.skip_broken) as source:
        n = sum(len(numbers) for numbers, _ in source.blocks(BLOCK))
        write_json(checked, {"n": n, "shape": list(source.shape), "skipped": list(dict(source.skipped).values())})


if "snakemake" in globals():
    run_rule(check_images, snakemake)
