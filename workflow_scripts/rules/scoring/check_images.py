"""Rule check_images: the user's own images, read before anything is trained to score them."""

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.image_sources import open_images
from workflow_scripts.runtime.entry import run_rule

BLOCK = 16  # images in memory at a time


def check_images(*, images, checked, options):
    """Check images that are to be scored.

    Parameters
    ----------
    images : list of str
        Files of images of one size, or one stack.
    checked : str
        JSON written: `n` images that can be used, `shape` of each, `skipped` files with the reasons.
    options : dict
        `skip_broken`, to go on past a file that cannot be used.

    Raises
    ------
    ValueError
        In one line: the first file that cannot be used, unless it may be skipped.
    """
    with open_images(images, options["skip_broken"]) as source:
        n = sum(len(numbers) for numbers, _ in source.blocks(BLOCK))
        write_json(checked, {"n": n, "shape": list(source.shape), "skipped": list(dict(source.skipped).values())})


if "snakemake" in globals():
    run_rule(check_images, snakemake)
