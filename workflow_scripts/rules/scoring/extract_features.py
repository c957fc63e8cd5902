"""Rule extract_features: the features of every image of a stack."""

import logging
import math
from dataclasses import replace

import numpy as np

from workflow_scripts.formats.image_sources import list_of_skipped, open_images
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.imaging.fields import cut_tiles
from workflow_scripts.imaging.levels import noise_level
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins
from workflow_scripts.settings.scoring import ExtractFeatures

BLOCK, PIXELS = 64, 2**24  # images, and their pixels, in memory at a time
FLOAT32_RANGE = 1e-30, 1e30  # absolute values that float32 represents with a margin


def extract_features(*, images, features, options: ExtractFeatures, code):
    """Extract the features of each image, of its tiles, or of its sources.

    Parameters
    ----------
    images : str or list of str
        Stack with `image (n, y, x)` or `(n, y, x, band)`, and optionally `block (n,)` or `field (n,)`: images of one
        block are not independent. Or files of images of one size.
    features : str
        Stack written: `value (m, k) float32` (float64 beyond the range of float32), `owner (m,)`, the image of a row,
        `group (m,)`, its block, `score (m,)` and `name (m,)` if the images have them. Attributes: `columns`
        and `descriptions` of the features, `logs`, the numbers of the columns that are decimal logarithms; `shape` of
        an image; `measured_on`, the shape of the image or tile that a row describes; `n_failed`, the number
        of sources that could not be measured and are excluded; `share`, the fraction of the sources that was selected;
        `n_skipped` and `skipped`, the files that were skipped.
    options : settings.scoring.ExtractFeatures

    Raises
    ------
    ValueError
        If there is no image, or a pixel or a feature of an image is not finite.
    """
    measured, n_failed, kind = of_sources if options.rows == "sources" else of_images, 0, None
    with open_images(images, options.skip_broken) as source, create_stack(features, code=code) as writer:
        variance = noise_of(source) ** 2
        makers = [(module, in_pixels(module, given, variance)) for module, given in loaded(options.extract)]
        known = source.columns()
        for value, columns, owner, share in measured(source, makers, options.tile_size):
            kept = np.isfinite(value).all(axis=1)
            if options.rows != "sources" and not kept.all():
                raise ValueError(f"a feature of image {owner[~kept][0]} is not finite")
            n_failed += int((~kept).sum())
            owner = owner[kept]
            rest = {name: values[owner] for name, values in known.items()}
            kind = kind or float_type(value[kept])
            writer.append(value=value[kept].astype(kind), owner=owner, **rest)
            about = {**described(columns), "n_failed": n_failed, "share": share, "n_images": len(known["group"])}
        writer.describe(**about, **shapes(source.shape, options.tile_size), **list_of_skipped(source))
    if n_failed:
        logging.warning("%d sources could not be measured and are excluded; see n_failed", n_failed)


def described(columns):
    """Return the columns as attributes: names, descriptions (JSON), and the numbers of those that are logarithms."""
    logs = [number for number, one in enumerate(columns) if one.log]
    names = ",".join(one.name for one in columns)
    return {"columns": names, "descriptions": [one.description for one in columns], "logs": logs}


def shapes(shape, tile_size):
    """Return the shape of an image, and of the image or tile of a row, as attributes: `y,x` or `y,x,band`."""
    tile = (tile_size, tile_size, *shape[2:]) if tile_size else shape
    return {name: ",".join(map(str, sides)) for name, sides in (("shape", shape), ("measured_on", tile))}


def loaded(extract):
    """Return each feature's module and its options."""
    return [(plugins.load("features", name), given) for name, given in extract]


def noise_of(source):
    """Return the noise level of the reference data; if it is unknown, that of the first images."""
    if source.noise_level:
        return source.noise_level
    _, images = next(source.blocks(block_of(source)))
    return float(np.median([noise_level(image) for image in images])) or 1.0


def in_pixels(module, given, variance):
    """Return the options of a feature, with those in noise variances converted to the unit of the pixels."""
    options = plugins.options_of(module, given)
    counted = {name: getattr(options, name) * variance for name in module.DECLARATION.in_variances}
    return options.model_copy(update=counted)


def float_type(values):
    """Return the type that represents the values: float32, or float64 beyond its range."""
    size, (low, high) = np.abs(values[values != 0]), FLOAT32_RANGE
    return np.float32 if not len(size) or (size.max() < high and np.median(size) > low) else np.float64


def of_images(source, makers, tile_size):
    """Yield per block of images: features of images or tiles, their columns, the image of each row, the fraction 1."""
    for numbers, images in progress(source.blocks(block_of(source)), "blocks of images"):
        tiles, owner = cut_tiles(images, tile_size)
        yield *extract_all(makers, tiles), numbers[owner], 1.0


def of_sources(source, makers, tile_size):
    """Yield per block of images: features of sources, their columns, the image of each source, the fraction measured.

    Reads the images twice: the measured sources are evenly spaced among all detected ones.
    """
    (module, given), *others = makers
    if others:
        raise ValueError("features of sources cannot be combined: extract one at a time")
    counts = np.concatenate([module.count(flat(images), given) for _, images in source.blocks(block_of(source))])
    chosen, first = evenly_spaced(counts, given.max_sources), 0
    share = min(1.0, given.max_sources / max(1, int(counts.sum())))
    for numbers, images in progress(source.blocks(block_of(source)), "blocks of images"):
        value, columns, owner = module.extract(flat(images), given, chosen[first : first + len(images)])
        first += len(images)
        yield value, columns, numbers[owner], share


def block_of(source):
    """Return the number of images held in memory at a time."""
    return max(1, min(BLOCK, PIXELS // math.prod(source.shape)))


def evenly_spaced(counts, limit):
    """Choose at most `limit` of all items, evenly spaced.

    Parameters
    ----------
    counts : (n,) int
        Number of items of each image.
    limit : int

    Returns
    -------
    chosen : list of n arrays
        For each image, the indices of its chosen items.
    """
    total = int(counts.sum())
    ranks = np.arange(total) if total <= limit else np.arange(limit) * total // limit
    ends = np.cumsum(counts)
    return [ranks[(ranks >= end - n) & (ranks < end)] - (end - n) for end, n in zip(ends, counts, strict=True)]


def flat(images):
    """Return images (n, y, x): the mean over the bands if there are several."""
    return images.mean(axis=-1) if images.ndim == 4 else images


def extract_all(makers, tiles):
    """Return the features of all makers side by side, and their columns.

    Features of tiles are measured in each band, with the suffixes `_band0`, `_band1`, ...; features of sources on the
    mean of the bands.
    """
    values, columns = [], []
    for module, given in makers:
        for band, images in bands(tiles, module.DECLARATION.rows):
            value, found = module.extract(images, given)
            values.append(value)
            columns += [of_band(one, band) for one in found]
    return np.concatenate(values, axis=1), columns


def of_band(column, band):
    """Return a column of one band; None: of the mean of the bands."""
    if band is None:
        return column
    return replace(column, name=f"{column.name}_band{band}", description=f"{column.description} in band {band}")


def bands(tiles, rows):
    """Yield (band, images (n, y, x)) for each band on which a feature is measured, or None and their mean."""
    if tiles.ndim == 4 and rows == "tiles":
        yield from ((band, tiles[..., band]) for band in range(tiles.shape[-1]))
    else:
        yield None, flat(tiles)


if "snakemake" in globals():
    run_rule(extract_features, snakemake)
