"""Rule generate_skies: one shard of the fields of a sky, with their truth."""

from dataclasses import replace

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.photometry import photometry_of
from workflow_scripts.formats.product_names import by_path
from workflow_scripts.formats.source_libraries import read_stamp_pixels, read_stamp_table, read_unresolved
from workflow_scripts.formats.source_lists import read_sources
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.blocks import fields_per_block
from workflow_scripts.imaging.delivery import Delivery, deliver, measure_delivery
from workflow_scripts.measuring.background import Histogram
from workflow_scripts.measuring.noise import FittedNoise
from workflow_scripts.measuring.source_library import StampPixels, StampTable
from workflow_scripts.measuring.unresolved_light import Unresolved
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.composition import LibrarySources, Pattern
from workflow_scripts.scenes.cut_outs import MARKS, CutOuts
from workflow_scripts.scenes.point_process import FittedProcess, MarkedProcess
from workflow_scripts.scenes.scene import Scene
from workflow_scripts.settings import plugins
from workflow_scripts.settings.generation import GenerateSkies
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.stage import Generator, load_generator

BATCH = 16  # fields composed together: a shard is a number of whole batches, so the result does not depend on n_shards


def generate_skies(*, parts, descriptions, fields, sky, truth, options: GenerateSkies, seed, code):
    """Generate the fields of one shard.

    Parameters
    ----------
    parts : list of str
        The files of all roles of the recipe.
    descriptions : list of str
        The JSON files beside the weights, read with them.
    fields : str
        Stack of the training fields, for their size, unit, brightest pixel, quantisation and limits.
    sky : str
        Stack written: `image (n, y, x)` float32, or uint8 for grey levels, and the maps that the
        recipe yields; `block (n,)`, as many consecutive fields as a block of the data has; attributes `composed`, the
        number of composed fields (whole batches), and `evaluations`, the network evaluations for all of these.
    truth : str
        Stack written, a row per source: `field`, `x`, `y`, `flux`, ...
    options : settings.generation.GenerateSkies
    """
    use_threads(options.torch_threads)
    recipe = plugins.load("skies", options.recipe)
    scene, about, per_block = read_scene(fields, options)
    delivery = read_delivery(fields) if options.as_delivered else Delivery()
    loaded = read_parts(parts, scene, photometry_of(about), options)
    chosen = plugins.options_of(recipe, options.options)
    with create_stack(sky, seed=seed, code=code, **about) as images, create_stack(truth, seed=seed, code=code) as rows:
        for batch in progress(batches_of(options.shard, options.n_shards, options.n_fields), "batches"):
            generator = rng(seed, f"generate_skies {options.sky}", batch)
            composed = recipe.compose(BATCH, generator, replace(scene, first_field=batch * BATCH), loaded, chosen)
            for field, (image, sources, *maps) in zip(range(batch * BATCH, options.n_fields), composed, strict=False):
                more = {name: values[None] for one in maps for name, values in one.items()}
                more["block"] = [field // per_block]
                image = deliver(image, delivery)
                images.append(image=grey(image)[None] if options.grey_levels else image[None], **more)
                rows.append(field=np.full(len(sources["x"]), field), **sources)
        n_batches = len(batches_of(options.shard, options.n_shards, options.n_fields))
        images.describe(evaluations=evaluations_of(loaded), composed=n_batches * BATCH)


def evaluations_of(parts):
    """Return the total number of network evaluations of all parts."""
    return sum(part.evaluations for part in parts.values() if isinstance(part, Generator))


def grey(image):
    """Return an image (y, x) float32 rounded to grey levels 0 to 255; the input is overwritten."""
    np.rint(image, out=image)
    return np.clip(image, 0, 255, out=image).astype(np.uint8)


def batches_of(shard, n_shards, n_fields):
    """Return the batches of a shard; the shards differ by at most one batch."""
    n_batches = -(-n_fields // BATCH)
    return range(n_batches * shard // n_shards, n_batches * (shard + 1) // n_shards)


def read_scene(fields, options):
    """Return what recipes use of the training fields, the attributes of their stack, and the fields per block."""
    with open_stack(fields) as stack:
        about = copy_attributes(stack)
        scene = Scene(
            shape=stack["image"].shape[1:3],
            n_training_fields=len(stack),
            brightest=max(float(block.max()) for block in stack.blocks("image", 64)),
            patches_include_background=options.patches_hold_sky,
        )
        per_block = fields_per_block(stack)
    return scene, about, per_block


def read_delivery(fields):
    """Return the quantisation and the limits of the training fields."""
    with open_stack(fields) as stack:
        return measure_delivery(stack.blocks("image", 64))


def read_parts(paths, scene, pixels, options):
    """Return the inputs of the recipe by role."""
    device, parts = find_device(options.device), {}
    for role, part in options.roles.items():
        kind, path = part.kind, by_path(paths, part.path)
        if kind == "list":
            parts[role] = read_sources(path, scene.shape, pixels.zeropoint_ab, pixels.unit, options.n_fields)
        else:
            parts[role] = READERS[kind](path, device)
    return parts


def read_histogram(path, device):
    """Return the brightness distribution of the background."""
    with open_stack(path) as stack:
        return Histogram(np.append(stack["low"][:], stack["high"][-1]), stack["probability"][:])


def read_process(path, device):
    """Return a fitted point process with the marks of the real sources."""
    with open_stack(path) as stack:
        law = {name: stack.attributes[name] for name in FittedProcess.__dataclass_fields__}
        marks = {name: stack[name][:] for name in stack.file if name != "n_neighbours"}
        return MarkedProcess(**law, marks=marks, local_density=stack["n_neighbours"][:])


def read_noise(path, device):
    """Return the background levels of the real fields, and the quantiles and correlation of the noise."""
    with open_stack(path) as stack:
        return FittedNoise(**{name: stack[name][0] for name in FittedNoise.__dataclass_fields__})


def read_patches(path, device):
    """Return the patches of the real sources as a sampler conditioned on marks."""
    with open_stack(path) as stack:
        return CutOuts(stack["image"][:], {name: stack[name][:] for name in MARKS})


def read_library(path, device):
    """Return the stamps of the data's sources without their pixels, and the pattern of their positions."""
    stamps, pattern = read_stamp_table(path)
    return LibrarySources(StampTable(**stamps), Pattern(**pattern, bright=stamps["marks"]["bright"] > 0))


def read_pixels(path, device):
    """Return the pixels of the stamps of the data's sources."""
    return StampPixels(**read_stamp_pixels(path))


def read_sky(path, device):
    """Return the field between the sources."""
    return Unresolved(**read_unresolved(path))


def read_fields(path, device):
    """Return the training fields."""
    with open_stack(path) as stack:
        return stack["image"][:]


READERS = {
    "stage": load_generator,
    "patches": read_patches,
    "background": read_histogram,
    "noise": read_noise,
    "process": read_process,
    "catalogue": lambda path, device: read_catalogue(path),
    "fields": read_fields,
    "library": read_library,
    "library_pixels": read_pixels,
    "unresolved": read_sky,
}


if "snakemake" in globals():
    run_rule(generate_skies, snakemake)
