"""Rule extract_features: the features of every image of a stack."""

import logging
import math

import numpy as np

from workflow_scripts.formats.image_sources import list_of_skipped, open_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.imaging.levels import noise_level
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins

BLOCK, PIXELS = 64, 2**24  # images, and their pixels, in memory at a time
HELD = 1e-30, 1e30  # sizes of numbers that float32 holds with room to spare


def extract_features(*, images, features, options, code):
    """Extract the features of each image, of its tiles, or of its sources.

    Parameters
    ----------
    images : str or list of str
        Stack with `image (n, y, x)` or `(n, y, x, band)`; where it has `field (n,)`, images of one field are not
        independent. Or files of images of one size.
    features : str
        Stack written: `value (m, k) float32` (float64 where float32 does not hold them), `owner (m,)`, the image that
        a row belongs to, `group (m,)`, its field,
        `score (m,)` and `name (m,)` where the images have them. Attributes: `columns`, the names of the features;
        `shape`, that of an image; `measured_on`, that of what a row was measured on; `n_failed`, the rows that could
        not be measured and are left out (of sources alone); `share`, that of the sources that were to be measured;
        `n_skipped` and `skipped`, the files that were left out.
    options : dict
        `extract`, a list of (feature, its options); `rows`, what a row is: `tiles`, `images` or `sources`; `tile_size`
        in pixels or None; `skip_broken`, to go on past a file that cannot be used.

    Raises
    ------
    ValueError
        Where there is no image, or a pixel or a feature of an image is not finite.
    """
    measured, n_failed, kind = of_sources if options["rows"] == "sources" else of_images, 0, None
    with open_images(images, options["skip_broken"]) as source, create_stack(features, code=code) as writer:
        variance = noise_of(source) ** 2
        makers = [(module, in_pixels(module, given, variance)) for module, given in loaded(options["extract"])]
        known = source.columns()
        for value, names, owner, share in measured(source, makers, options["tile_size"]):
            kept = np.isfinite(value).all(axis=1)
            if options["rows"] != "sources" and not kept.all():
                raise ValueError(f"a feature of image {owner[~kept][0]} is not finite")
            n_failed += int((~kept).sum())
            columns, owner = ",".join(names), owner[kept]
            rest = {name: values[owner] for name, values in known.items()}
            kind = kind or float_type(value[kept])
            writer.append(value=value[kept].astype(kind), owner=owner, **rest)
            about = {"columns": columns, "n_failed": n_failed, "share": share, "n_images": len(known["group"])}
        writer.describe(**about, **shapes(source.shape, options["tile_size"]), **list_of_skipped(source))
    if n_failed:
        logging.warning("%d sources could not be measured and are left out; see n_failed", n_failed)


def shapes(shape, tile_size):
    """Return the shape of an image and of what a row is measured on, as attributes: `y,x` or `y,x,band`."""
    tile = (tile_size, tile_size, *shape[2:]) if tile_size else shape
    return {name: ",".join(map(str, sides)) for name, sides in (("shape", shape), ("measured_on", tile))}


def loaded(extract):
    """Return each feature's module and its options."""
    return [(plugins.load("features", name), given) for name, given in extract]


def noise_of(source):
    """Return the noise level of the data that images are compared with; where it is unknown, of the first images."""
    if source.noise_level:
        return source.noise_level
    _, images = next(source.blocks(block_of(source)))
    return float(np.median([noise_level(image) for image in images])) or 1.0


def in_pixels(module, given, variance):
    """Return a feature's options, those that it counts in variances of the noise in the unit of the pixels."""
    options = plugins.options_of(module, given)
    counted = {name: getattr(options, name) * variance for name in module.DECLARATION.in_variances}
    return options.model_copy(update=counted)


def float_type(values):
    """Return the type that holds values: float32, or float64 where their size is beyond it."""
    size = np.abs(values[values != 0])
    return np.float32 if not len(size) or (size.max() < HELD[1] and np.median(size) > HELD[0]) else np.float64


def of_images(source, makers, tile_size):
    """Yield the features of images or tiles block by block: values, names, the image of each row, and 1: all are."""
    for numbers, images in progress(source.blocks(block_of(source)), "blocks of images"):
        tiles, owner = cut_tiles(images, tile_size)
        yield *extract_all(makers, tiles), numbers[owner], 1.0


def of_sources(source, makers, tile_size):
    """Yield the features of sources block by block: values, names, the image of each source, and the share measured.

    Two passes: the sources to measure are spread evenly over all that could be.
    """
    (module, given), *others = makers
    if others:
        raise ValueError("features of sources: one at a time")
    counts = np.concatenate([module.count(flat(images), given) for _, images in source.blocks(block_of(source))])
    chosen, first = spread(counts, given.max_sources), 0
    share = min(1.0, given.max_sources / max(1, int(counts.sum())))
    for numbers, images in progress(source.blocks(block_of(source)), "blocks of images"):
        value, columns, owner = module.extract(flat(images), given, chosen[first : first + len(images)])
        first += len(images)
        yield value, columns, numbers[owner], share


def block_of(source):
    """Return how many images are held in memory at a time."""
    return max(1, min(BLOCK, PIXELS // math.prod(source.shape)))


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
        for band, images in bands(tiles, module.DECLARATION.rows):
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
