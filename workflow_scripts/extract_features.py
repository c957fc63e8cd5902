"""Rule extract_features: the features of every image of a stack."""

import numpy as np

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.progress import progress

BLOCK = 64  # images in memory at a time


def extract_features(*, images, features, options, code):
    """Extract the features of each image, or of its tiles.

    Parameters
    ----------
    images : str
        Stack with `image (n, y, x)`; where it has `field (n,)`, images of one field are not independent.
    features : str
        Stack written: `value (m, k) float32`, `owner (m,)`, the image that a row belongs to, `group (m,)`, its field,
        and `score (m,)` where the images have one; the attribute `columns` names the features.
    options : dict
        `tile_size` in pixels or None; `extract`, a list of (feature, its options).

    Raises
    ------
    ValueError
        Where the stack is empty or a feature is not finite.
    """
    makers = [(plugins.load("features", name), settings) for name, settings in options["extract"]]
    with open_stack(images) as stack:
        if not len(stack):
            raise ValueError(f"{images}: no images")
        fields = stack["field"][:] if "field" in stack else np.arange(len(stack))
        with create_stack(features, code=code) as writer:
            for start in progress(range(0, len(stack), BLOCK), "blocks of images"):
                tiles, owner = cut_tiles(stack["image"][start : start + BLOCK], options["tile_size"])
                value, columns = extract_all(makers, tiles)
                if not np.isfinite(value).all():
                    bad = start + owner[~np.isfinite(value).all(axis=1)][0]
                    raise ValueError(f"{images}: a feature of image {bad} is not finite; look at its pixels")
                score = {"score": stack["score"][:][owner + start]} if "score" in stack else {}
                writer.append(value=value, owner=owner + start, group=fields[owner + start], **score)
            writer.describe(columns=",".join(columns))


def extract_all(makers, tiles):
    """Return the features of all makers side by side, float32, and their names."""
    parts = [maker.extract(tiles, maker.Options(**settings)) for maker, settings in makers]
    names = [name for _, columns in parts for name in columns]
    return np.concatenate([values for values, _ in parts], axis=1).astype(np.float32), names


if "snakemake" in globals():
    run_rule(extract_features, snakemake)
