"""Rule gather_skies: the shards of a sky as one stack, its truth catalogue, and example fields as FITS."""

import itertools

import numpy as np

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.images import tangent_wcs, write_fits_fields
from workflow_scripts.formats.stacks import copy_attributes, create_stack, gather_stacks, open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.scenes.composition import overfull_pixels
from workflow_scripts.settings.generation import GatherSkies


def gather_skies(*, shards, shard_truths, sky, truth, examples, options: GatherSkies, seed, code):
    """Gather the shards of a sky.

    Parameters
    ----------
    shards, shard_truths : list of str
        Outputs of `generate_skies`, in order.
    sky : str
        Stack written: `image (n, y, x) float32`; attributes `evaluations_per_image`, network evaluations, and, if the
        recipe states the variance, `overfull_fraction`, of pixels with more variance than the data.
    truth : str
        FITS table written: a row per source, with its field.
    examples : str
        FITS written: the first fields, each an extension with a WCS.
    options : settings.generation.GatherSkies
    """
    with open_stack(shards[0]) as stack:
        about, pixels = copy_attributes(stack), stack.photometry
    with create_stack(sky, seed=seed, code=code, **about) as writer:
        gather_stacks(shards, writer, block=16)
        writer.describe(evaluations_per_image=evaluations_per_image(shards), **overfull_fraction(shards))
    with open_stack(sky) as stack:
        places = on_image(gather_columns(shard_truths), stack["image"].shape[1:3], pixels.pixel_scale_arcsec)
        write_catalogue(truth, places, unit=pixels.unit)
        fields = (image for image in itertools.islice(stack["image"], options.n_examples))
        write_fits_fields(examples, fields, unit=pixels.unit, pixel_scale_arcsec=pixels.pixel_scale_arcsec)


def evaluations_per_image(shards):
    """Return the number of network evaluations per image."""
    sums = {"evaluations": 0, "composed": 0}
    for path in shards:
        with open_stack(path) as stack:
            sums = {name: value + stack.attributes[name] for name, value in sums.items()}
    return sums["evaluations"] / sums["composed"]


def overfull_fraction(shards):
    """Return the fraction of the pixels whose variance is above the data's, where the recipe states it."""
    overfull = n_pixels = 0
    for path in shards:
        with open_stack(path) as stack:
            for block in stack.blocks("relative_variance", 64) if "relative_variance" in stack else ():
                overfull, n_pixels = overfull + overfull_pixels(block), n_pixels + block.size
    return {"overfull_fraction": overfull / n_pixels} if n_pixels else {}


def on_image(columns, shape, pixel_scale_arcsec):
    """Return a truth catalogue with 1-based pixel coordinates (as in DS9), and with RA and Dec if there is a WCS."""
    columns |= {"x_image": columns["x"] + 1, "y_image": columns["y"] + 1}
    if pixel_scale_arcsec:
        ra, dec = tangent_wcs(shape, pixel_scale_arcsec).wcs_pix2world(columns["x"], columns["y"], 0)
        columns |= {"ra": ra, "dec": dec}
    return columns


def gather_columns(paths):
    """Return the concatenated truth columns of all shards."""
    parts = []
    for path in paths:
        with open_stack(path) as stack:
            if len(stack.file):  # with more shards than blocks, some have no field
                parts.append({name: stack[name][:] for name in stack.file})
    return {name: np.concatenate([part[name] for part in parts]) for name in sorted(parts[0], key=order_of)}


def order_of(name):
    """Return the sort key of a column of a truth catalogue: position, brightness, others."""
    first = ("field", "x", "y", "flux", "peak")
    return (first.index(name) if name in first else len(first), name)


if "snakemake" in globals():
    run_rule(gather_skies, snakemake)
