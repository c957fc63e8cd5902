"""Rule extract_features: the features of every image of a stack."""

import logging

import numpy as np

from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.progress import progress

BLOCK = 64  # images in memory at a time


def extract_features(*, images, features, options, code):
    """Extract the features of each image, of its tiles, or of its sources.

    Parameters
    ----------
    images : str
        Stack with `image (n, y, x)` or `(n, y, x, band)`; where it has `field (n,)`, images of one field are not
        independent.
    features : str
        Stack written: `value (m, k) float32`, `owner (m,)`, the image that a row belongs to, `group (m,)`, its field,
        and `score (m,)` where the images have one. Attributes: `columns`, the names of the features; `shape`, that of
        an image; `n_failed`, the rows that could not be measured and are left out (of sources alone).
    options : dict
        `extract`, a list of (feature, its options); `rows`, what a row is: `tiles`, `images` or `sources`; `tile_size`
        in pixels or None.

    Raises
    ------
    ValueError
        Where the stack is empty, or a pixel or a feature of an image is not finite.
    """
    makers = [(module, module.Options(**given)) for module, given in loaded(options["extract"])]
    with open_stack(images) as stack:
        if not len(stack):
            raise ValueError(f"{images}: no images")
        fields = stack["field"][:] if "field" in stack else np.arange(len(stack))
        scores = stack["score"][:] if "score" in stack else None
        blocks = of_sources if options["rows"] == "sources" else of_images
        n_failed = 0
        with create_stack(features, code=code) as writer:
            for value, names, owner in blocks(stack, makers, options["tile_size"]):
                kept = np.isfinite(value).all(axis=1)
                if options["rows"] != "sources" and not kept.all():
                    raise ValueError(
                        f"{images}: a feature of image {owner[~kept][0]} is not finite: look at its pixels"
                    )
                n_failed += int((~kept).sum())
                value, owner = value[kept].astype(np.float32), owner[kept]
                columns = ",".join(names)
                score = {} if scores is None else {"score": scores[owner]}
                writer.append(value=value, owner=owner, group=fields[owner], **score)
            shape = ",".join(str(side) for side in stack["image"].shape[1:])
            writer.describe(columns=columns, shape=shape, n_images=len(stack), n_failed=n_failed)
    if n_failed:
        logging.warning("%d sources could not be measured and are left out; see n_failed", n_failed)


def loaded(extract):
    """Return each feature's module and its options."""
    return [(plugins.load("features", name), given) for name, given in extract]


def of_images(stack, makers, tile_size):
    """Yield the features of images or tiles block by block: values, names, and the image of each row."""
    for start in progress(range(0, len(stack), BLOCK), "blocks of images"):
        tiles, owner = cut_tiles(read_block(stack, start), tile_size)
        yield *extract_all(makers, tiles), owner + start


def of_sources(stack, makers, tile_size):
    """Yield the features of sources block by block: values, names, and the image of each source.

    Two passes: the sources to measure are spread evenly over all that could be.
    """
    (module, given), *others = makers
    if others:
        raise ValueError("features of sources: one at a time")
    starts = range(0, len(stack), BLOCK)
    counts = np.concatenate([module.count(flat(read_block(stack, start)), given) for start in starts])
    chosen = spread(counts, given.max_sources)
    for start in progress(starts, "blocks of images"):
        value, columns, owner = module.extract(flat(read_block(stack, start)), given, chosen[start : start + BLOCK])
        yield value, columns, owner + start


def read_block(stack, start):
    """Return a block of images.

    Raises
    ------
    ValueError
        Naming the first image with a pixel that is not finite.
    """
    images = stack["image"][start : start + BLOCK]
    wrong = ~np.isfinite(images).all(axis=tuple(range(1, images.ndim)))
    if wrong.any():
        raise ValueError(
            f"image {start + np.argmax(wrong)} has pixels that are NaN or infinite: leave it out or mend it"
        )
    return images


def spread(counts, most):
    """Choose at most so many of all items, evenly spaced.

    Parameters
    ----------
    counts : (n,) int
        Items of each image.
    most : int

    Returns
    -------
    chosen : list of n arrays
        For each image, which of its items, counted from 0.
    """
    total = int(counts.sum())
    ranks = np.arange(total) if total <= most else np.arange(most) * total // most
    ends = np.cumsum(counts)
    return [ranks[(ranks >= end - n) & (ranks < end)] - (end - n) for end, n in zip(ends, counts, strict=True)]


def flat(images):
    """Return images (n, y, x): the mean over the bands of those that have several."""
    return images.mean(axis=-1) if images.ndim == 4 else images


def extract_all(makers, tiles):
    """Return the features of all makers side by side, and their names.

    What is measured on tiles is measured in each band, the names ending in `_band0` and so on; what is measured on
    sources is measured on the mean of the bands.
    """
    values, names = [], []
    for module, given in makers:
        for band, images in bands(tiles, module.ROWS):
            value, columns = module.extract(images, given)
            values.append(value)
            names += [f"{name}{band}" for name in columns]
    return np.concatenate(values, axis=1), names


def bands(tiles, rows):
    """Yield (suffix of the names, images (n, y, x)) of each image that a feature is to be measured on."""
    if tiles.ndim == 4 and rows == "tiles":
        yield from ((f"_band{band}", tiles[..., band]) for band in range(tiles.shape[-1]))
    else:
        yield "", flat(tiles)


if "snakemake" in globals():
    run_rule(extract_features, snakemake)
