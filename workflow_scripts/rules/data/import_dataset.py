"""Rule import_dataset: cut the images of a data set into blocks of disjoint fields, and assign these to parts."""

import logging
from contextlib import ExitStack

import numpy as np

from workflow_scripts.formats.sky_images import difference, sky_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.blocks import divide
from workflow_scripts.imaging.fields import split_counts
from workflow_scripts.imaging.levels import noise_level
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import ImportDataset

PARTS = ("train", "valid", "test")
N_REPORTED = 12  # unusable images that the error message lists


def import_dataset(*, manifest, train, valid, test, folder, options: ImportDataset, seed, code):
    """Write the fields of every part as a stack.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    train, valid, test : str
        Stacks written: `image (n, y, x[, band]) float32`, `parent`, `block`, `x0`, `y0` (n,) int, the fields of a block
        in consecutive rows; `mask` and `variance`, of the shape of `image`, which is NaN where masked, and `score` (n,)
        float32, where the data set provides them; attributes: the photometry, with the `noise_level` of the training
        fields, `wcs`, the header of each image, `psf_fwhm_arcsec` of each band if it is known, and `n_left_out`, the
        number of fields with too many masked pixels.
    options : settings.data.ImportDataset

    Raises
    ------
    ValueError
        If images are empty, have the wrong number of axes, contain NaN although the data set has no masks, or differ
        from the first one in size, unit, band, pixel scale or zero point (the message lists them); if no field is left;
        or if there are too few blocks for the parts.
    """
    source = plugins.load("datasets", options.source)
    if source.DECLARATION.holds != "images":
        raise ValueError(f"data set {options.source} holds {source.DECLARATION.holds}, not images: it has no fields")
    chosen = plugins.options_of(source, options.options)

    def images():
        return sky_images(source, folder, chosen)

    about, divisions = divide_images(images(), options)
    part_of = assign_parts([len(division.blocks) for division in divisions], options.split, seed)
    report_division(divisions, part_of)
    paths, levels, number = dict(zip(PARTS, (train, valid, test), strict=True)), [], 0
    with ExitStack() as files:
        stacks = {part: create_stack(path, seed=seed, code=code, **about) for part, path in paths.items()}
        writers = {part: files.enter_context(stack) for part, stack in stacks.items()}
        for parent, (image, division) in enumerate(zip(images(), divisions, strict=True)):
            for origins, part in zip(division.blocks, part_of[parent], strict=True):
                rows = cut_fields(image, division, origins)
                writers[part].append(**rows, **known_of(len(origins), parent, number, image))
                levels += list(map(noise_levels, rows["image"])) if part == "train" else []
                number += 1
        for writer in writers.values():
            writer.describe(noise_level=typical(levels))


def divide_images(images, options):
    """Return the attributes that describe all images, and their divisions into blocks of fields.

    Raises
    ------
    ValueError
        If images are unusable (the message lists at most `N_REPORTED`), or no field is left.
    """
    size, divisions, faults, first, wcs = options.field_size, [], [], None, []
    for image in images:
        first = first or image
        fault = fault_of(image, size, first.shape) or difference(image, first)
        faults += [f"{image.name}: {fault}"] if fault else []
        if not faults:
            whole = divide(image.shape, size, options.block_size, options.guard)
            divisions.append(without_masked(image, whole, options.max_masked) if image.may_be_masked else whole)
            wcs.append(image.wcs)
    if faults:
        more = [f"and {len(faults) - N_REPORTED} more unusable images"] if len(faults) > N_REPORTED else []
        raise ValueError("; ".join(faults[:N_REPORTED] + more))
    left_out = sum(division.n_left_out for division in divisions)
    if not any(division.blocks for division in divisions):
        remedy = "raise fields.max_masked, or choose a smaller fields.field_size"
        raise ValueError(f"{first.name}: all {left_out} fields of the data set have too many masked pixels: {remedy}")
    known = {"psf_fwhm_arcsec": first.psf_fwhm_arcsec} if any(first.psf_fwhm_arcsec) else {}
    return {**first.photometry.attributes, **known, "wcs": wcs if any(wcs) else [], "n_left_out": left_out}, divisions


def without_masked(image, division, most):
    """Return a division without the fields of which more than a fraction of the pixels is masked, in any band."""

    def keep(window):
        return image.read(window).masked.mean(axis=(0, 1)).max() <= most

    left = division.select(keep)
    if left.n_left_out:
        n, share = division.n_fields.sum(), 100 * most
        words = "%s: %d of %d fields left out, as more than %g %% of their pixels are masked"
        logging.info(words, image.name, left.n_left_out, n, share)
    return left


def cut_fields(image, division, origins):
    """Return the fields at given corners (n, 2) of an image, and these corners, as columns."""
    cut = [image.read(division.window(origin)) for origin in origins]
    columns = {"image": np.stack([pixels.image for pixels in cut]).astype(np.float32)}
    if image.may_be_masked:
        columns["mask"] = np.stack([pixels.masked for pixels in cut])
    if cut[0].variance is not None:
        columns["variance"] = np.stack([pixels.variance for pixels in cut]).astype(image.variance_type)
    return {**columns, "x0": origins[:, 0], "y0": origins[:, 1]}


def known_of(n, parent, block, image):
    """Return the columns that the n fields of a block share."""
    score = {} if image.score is None else {"score": np.full(n, image.score, np.float32)}
    return {"parent": np.full(n, parent), "block": np.full(n, block), **score}


def noise_levels(field):
    """Return the noise level of each band of a field, (n,) float."""
    bands = np.moveaxis(field.reshape(*field.shape[:2], -1), -1, 0)
    return [float(noise_level(band[np.isfinite(band)])) for band in bands]


def typical(levels):
    """Return the median of the positive noise levels of each band, (field, band); NaN if there is none."""
    found = [float(np.median([level for level in band if level > 0] or [np.nan])) for band in zip(*levels, strict=True)]
    return found[0] if len(found) == 1 else found


def fault_of(image, size, first):
    """Return why an image is unusable, or None; `first` is the shape of the first image."""
    if 0 in image.shape:
        return f"the image is empty (shape {image.shape})"
    if len(image.shape) != 2:
        return f"the image has {len(image.shape)} axes (shape {image.shape}); expected 2, (y, x)"
    masked = np.zeros(0) if image.may_be_masked else image.read().masked
    if masked.any():
        y, x = np.argwhere(masked)[0]
        remedy = "crop or fill them, or read FITS files by the data set survey, which masks them"
        return f"{masked.sum()} pixels are NaN or infinite, the first at x={x}, y={y}: {remedy}"
    side = f"{image.shape[1]}x{image.shape[0]} px"
    if size is None:
        expected = f"the first image has {first[1]}x{first[0]}: set fields.field_size to cut equal fields"
        return f"{side}, {expected}" if image.shape != first else None
    if min(image.shape) < size:
        return f"{side} is smaller than fields.field_size {size}"
    return None if image.score is None else "its score belongs to the whole image: set fields.field_size: null"


def assign_parts(blocks_per_image, split, seed):
    """Return the part of every block, per image: a random permutation over the blocks of all images."""
    n = sum(blocks_per_image)
    counts = split_counts(n, {part: split[part] for part in PARTS})
    assigned = np.empty(n, object)
    assigned[rng(seed, "import_dataset").permutation(n)] = np.repeat(PARTS, [counts[part] for part in PARTS])
    return np.split(assigned, np.cumsum(blocks_per_image)[:-1])


def report_division(divisions, part_of):
    """Log the blocks and fields of every part, and the fractions of the sky that are in none."""
    for part in PARTS:
        n = [division.n_fields[parts == part] for division, parts in zip(divisions, part_of, strict=True)]
        logging.info("%s: %d blocks, %d fields", part, sum(map(len, n)), np.concatenate(n).sum())
    field, sky = np.prod(divisions[0].field_shape), sum(np.prod(division.shape) for division in divisions)
    spanned = sum(division.n_spanned for division in divisions)
    left_out = field * sum(division.n_left_out for division in divisions)
    used = field * sum(division.n_fields.sum() for division in divisions) + left_out
    unused = [100 * area / sky for area in (spanned - used, sky - spanned)]
    logging.info("%.1f %% of the sky in guard bands, %.1f %% at the edges of the images", *unused)
    if left_out:
        logging.info("%.1f %% of the sky in fields with too many masked pixels", 100 * left_out / sky)


if "snakemake" in globals():
    run_rule(import_dataset, snakemake)
