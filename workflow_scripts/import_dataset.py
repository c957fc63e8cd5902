"""Rule import_dataset: a data set's images as disjoint fields, in parts that lie on disjoint sky."""

import logging
from contextlib import ExitStack

import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.fields import field_origins, split_counts
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng

PARTS = ("train", "valid", "test")
KEPT = ("unit", "band", "pixel_scale_arcsec", "zeropoint_ab")


def import_dataset(*, manifest, train, valid, test, folder, options, seed, code):
    """Write the fields of every part as a stack.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    train, valid, test : str
        Stacks written: `image (n, y, x) float32`, `parent`, `x0`, `y0` (n,) int, and `score` (n,) float32 where the
        data set has one.
    options : dict
        `source`, `options` of the data set; `field_size` in pixels or None; `split`, the shares of the parts.

    Raises
    ------
    ValueError
        Where an image is empty, has NaN, the wrong number of axes, or the parts cannot be filled.
    """
    source = plugins.load("datasets", options["source"])
    if source.YIELDS != "images":
        raise ValueError(f"data set {options['source']} holds {source.YIELDS}, not images: it has no fields")

    def images():
        return source.read(folder, source.Options(**options["options"]))

    size = options["field_size"]
    shapes = [check_image(image, labels, size) for image, labels in images()]
    if size is None and len(set(shapes)) > 1:
        raise ValueError(f"images of different sizes {sorted(set(shapes))}: set fields.field_size to cut equal fields")
    part_of = assign_parts([len(field_origins(shape, size)) for shape in shapes], options["split"], seed)
    paths = dict(zip(PARTS, (train, valid, test), strict=True))
    with ExitStack() as files:
        writers = {}
        for parent, (image, labels) in enumerate(images()):
            for part in PARTS if not writers else ():
                about = {key: labels.get(key) for key in KEPT if labels.get(key) is not None}
                writers[part] = files.enter_context(create_stack(paths[part], seed=seed, code=code, **about))
            for (x, y), part in zip(field_origins(image.shape, size), part_of[parent], strict=True):
                cut = image[y : y + size, x : x + size] if size else image
                row = {"parent": [parent], "x0": [x], "y0": [y]}
                if "score" in labels:
                    row["score"] = np.array([labels["score"]], np.float32)
                writers[part].append(image=cut[None].astype(np.float32), **row)


def check_image(image, labels, size):
    """Return the shape of an image that can be used.

    Raises
    ------
    ValueError
        Naming the image and what is wrong with it.
    """
    name = labels["name"]
    if image.size == 0:
        raise ValueError(f"{name}: the image is empty (shape {image.shape})")
    if image.ndim != 2:
        raise ValueError(f"{name}: the image has {image.ndim} axes (shape {image.shape}); 2 are wanted, (y, x)")
    bad = int(np.count_nonzero(~np.isfinite(image)))
    if bad:
        y, x = np.argwhere(~np.isfinite(image))[0]
        raise ValueError(f"{name}: {bad} pixels are NaN or infinite, the first at x={x}, y={y}: crop or fill them")
    if size is not None and min(image.shape) < size:
        raise ValueError(f"{name}: {image.shape[1]}x{image.shape[0]} px is smaller than fields.field_size {size}")
    if size is not None and "score" in labels:
        raise ValueError(f"{name}: its score is that of the whole image: set fields.field_size: null")
    return image.shape


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
