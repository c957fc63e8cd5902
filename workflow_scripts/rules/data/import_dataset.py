"""Rule import_dataset: cut the images of a data set into disjoint fields, in parts that cover disjoint sky."""

import logging
from contextlib import ExitStack
from math import isclose

import numpy as np
from astropy import units

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.units import normalised_unit
from workflow_scripts.imaging.fields import field_origins, split_counts
from workflow_scripts.imaging.levels import noise_level
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins

PARTS = ("train", "valid", "test")
N_REPORTED = 12  # unusable images that the error message lists
KEPT = ("unit", "band", "pixel_scale_arcsec", "zeropoint_ab")


def import_dataset(*, manifest, train, valid, test, folder, options, seed, code):
    """Write the fields of every part as a stack.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    train, valid, test : str
        Stacks written: `image (n, y, x) float32`, `parent`, `x0`, `y0` (n,) int, and `score` (n,) float32 where the
        data set provides one; attribute `noise_level`, that of the training fields, in the unit of the pixels.
    options : dict
        `source`, `options` of the data set; `field_size` in pixels or None; `split`, the fractions of the parts.

    Raises
    ------
    ValueError
        If images are empty, contain NaN, have the wrong number of axes, or differ from the first one in size, unit,
        band, pixel scale or zero point (the message lists them); or if there are too few fields for the parts.
    """
    source = plugins.load("datasets", options["source"])
    if source.DECLARATION.holds != "images":
        raise ValueError(f"data set {options['source']} holds {source.DECLARATION.holds}, not images: it has no fields")

    def images():
        return source.read(folder, plugins.options_of(source, options["options"]))

    size = options["field_size"]
    shapes, faults = check_images(images(), size)
    if faults:
        raise ValueError("; ".join(faults))
    part_of = assign_parts([len(field_origins(shape, size)) for shape in shapes], options["split"], seed)
    about = pixels_of(next(iter(images()))[1], options["options"])
    paths, levels = dict(zip(PARTS, (train, valid, test), strict=True)), []
    with ExitStack() as files:
        stacks = {part: create_stack(path, seed=seed, code=code, **about) for part, path in paths.items()}
        writers = {part: files.enter_context(stack) for part, stack in stacks.items()}
        for parent, (image, labels) in enumerate(images()):
            for (x, y), part in zip(field_origins(image.shape, size), part_of[parent], strict=True):
                cut = image[y : y + size, x : x + size] if size else image
                row = {"parent": [parent], "x0": [x], "y0": [y]}
                if "score" in labels:
                    row["score"] = np.array([labels["score"]], np.float32)
                writers[part].append(image=cut[None].astype(np.float32), **row)
                levels += [float(noise_level(cut))] if part == "train" else []
        for writer in writers.values():
            writer.describe(noise_level=typical(levels))


def typical(levels):
    """Return the median of the positive noise levels; NaN if there is none."""
    return float(np.median([level for level in levels if level > 0] or [np.nan]))


def check_images(images, size):
    """Return the shapes of all images, and one message for each unusable image, at most `N_REPORTED`."""
    shapes, faults, first = [], [], None
    for image, labels in images:
        shapes.append(image.shape)
        first = first or labels
        fault = fault_of(image, labels, size, shapes[0]) or difference(labels, first)
        faults += [f"{labels['name']}: {fault}"] if fault else []
    more = [f"and {len(faults) - N_REPORTED} more unusable images"] if len(faults) > N_REPORTED else []
    return shapes, faults[:N_REPORTED] + more


def pixels_of(labels, given):
    """Return unit, band, pixel scale and zero point, from the labels of the first image; all images share them.

    Raises
    ------
    ValueError
        If the unit given in the options is unknown. An unknown unit in a file's header is dropped with a warning.
    """
    about = {key: labels.get(key) for key in KEPT if labels.get(key) is not None}
    try:
        return {**about, "unit": normalised_unit(about.get("unit"), labels["name"])}
    except ValueError as error:
        if given.get("unit"):
            raise
        logging.warning("%s; until then the pixels have no unit", error)
        return {**about, "unit": ""}


def fault_of(image, labels, size, first):
    """Return why an image is unusable, or None; `first` is the shape of the first image."""
    if image.size == 0:
        return f"the image is empty (shape {image.shape})"
    if image.ndim != 2:
        return f"the image has {image.ndim} axes (shape {image.shape}); expected 2, (y, x)"
    bad = int(np.count_nonzero(~np.isfinite(image)))
    if bad:
        y, x = np.argwhere(~np.isfinite(image))[0]
        return f"{bad} pixels are NaN or infinite, the first at x={x}, y={y}: crop or fill them"
    side = f"{image.shape[1]}x{image.shape[0]} px"
    if size is None:
        expected = f"the first image has {first[1]}x{first[0]}: set fields.field_size to cut equal fields"
        return f"{side}, {expected}" if image.shape != first else None
    if min(image.shape) < size:
        return f"{side} is smaller than fields.field_size {size}"
    return "its score belongs to the whole image: set fields.field_size: null" if "score" in labels else None


def difference(labels, first):
    """Return how the pixels of an image differ from those of the first one, or None: a stack has one unit."""
    for key in KEPT:
        value, expected = labels.get(key), first.get(key)
        if not alike(value, expected, key):
            value, expected = (f"{it:.6g}" if isinstance(it, float) else it for it in (value, expected))
            return f"its {key} is {value}, that of {first['name']} {expected}: convert it, or set it in dataset.options"
    return None


def alike(value, expected, key):
    """Return whether two labels agree: numbers to one part in a thousand, units in any spelling."""
    if value is None or expected is None:
        return value is expected
    if key == "unit":
        return units.Unit(value, parse_strict="silent") == units.Unit(expected, parse_strict="silent")
    return isclose(value, expected, rel_tol=1e-3) if isinstance(value, float) else value == expected


def assign_parts(fields_per_image, split, seed):
    """Return the part of every field, per image: contiguous runs over the images in random order."""
    counts = split_counts(sum(fields_per_image), {part: split[part] for part in PARTS})
    logging.info("%d fields: %s", sum(fields_per_image), counts)
    sequence = iter(np.repeat(PARTS, [counts[part] for part in PARTS]))
    order = rng(seed, "import_dataset").permutation(len(fields_per_image))
    assigned = {parent: [next(sequence) for _ in range(fields_per_image[parent])] for parent in order}
    return [assigned[parent] for parent in range(len(fields_per_image))]


if "snakemake" in globals():
    run_rule(import_dataset, snakemake)
