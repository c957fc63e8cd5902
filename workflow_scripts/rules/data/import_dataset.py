"""Rule import_dataset: a data set's images as disjoint fields, in parts that lie on disjoint sky."""

import logging
from contextlib import ExitStack

import numpy as np

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.fields import field_origins, split_counts
from workflow_scripts.settings import plugins
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng

PARTS = ("train", "valid", "test")
SHOWN = 12  # images that cannot be used and are named
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
        Where images are empty, have NaN, the wrong number of axes or another size than the others: it names them; and
        where the parts cannot be filled.
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


def check_images(images, size):
    """Return the shapes of all images, and what is wrong with those that cannot be used, at most `SHOWN` of them."""
    shapes, faults = [], []
    for image, labels in images:
        shapes.append(image.shape)
        fault = fault_of(image, labels, size, shapes[0])
        faults += [f"{labels['name']}: {fault}"] if fault else []
    more = [f"and {len(faults) - SHOWN} more images that cannot be used"] if len(faults) > SHOWN else []
    return shapes, faults[:SHOWN] + more


def fault_of(image, labels, size, first):
    """Return what is wrong with an image, or nothing; `first` is the shape of the first one."""
    if image.size == 0:
        return f"the image is empty (shape {image.shape})"
    if image.ndim != 2:
        return f"the image has {image.ndim} axes (shape {image.shape}); 2 are wanted, (y, x)"
    bad = int(np.count_nonzero(~np.isfinite(image)))
    if bad:
        y, x = np.argwhere(~np.isfinite(image))[0]
        return f"{bad} pixels are NaN or infinite, the first at x={x}, y={y}: crop or fill them"
    side = f"{image.shape[1]}x{image.shape[0]} px"
    if size is None:
        wanted = f"the first image has {first[1]}x{first[0]}: set fields.field_size to cut equal fields"
        return f"{side}, {wanted}" if image.shape != first else None
    if min(image.shape) < size:
        return f"{side} is smaller than fields.field_size {size}"
    return "its score is that of the whole image: set fields.field_size: null" if "score" in labels else None


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
