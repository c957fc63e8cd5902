"""Rule separate_blends: the sources of blends, separated by a deblender."""

import numpy as np

from workflow_scripts.formats.described_blends import read_blends
from workflow_scripts.formats.separations import columns_of
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.levels import NOISELESS, square_type
from workflow_scripts.measuring.blend_extraction import combine_bands, extract_sources
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins
from workflow_scripts.settings.contracts.deblenders import Blend
from workflow_scripts.settings.deblending import SeparateBlends

NO_DETECTIONS = np.zeros((0, 2))


def separate_blends(*, described, stamps, results, separated, options: SeparateBlends, code):
    """Separate the sources of every blend.

    Parameters
    ----------
    described : str
        Output of `describe_blends`.
    stamps : str
        Stack of the stamps of the blends, for the PSF.
    results : list of str
        The user's file of results if the deblender reads one; read at the path in its options.
    separated : str
        Stack written, a row per source: see `formats.separations`.
    options : settings.deblending.SeparateBlends

    Raises
    ------
    ValueError
        If the deblender returns arrays of a wrong shape, pixels that are not finite, or too few blends.
    """
    deblender = plugins.load("deblenders", options.deblender)
    own = plugins.options_of(deblender, options.options)
    with open_stack(described) as stack, open_stack(stamps) as source:
        shape = stack["image"].shape[1:]
        blends = (blend_for(one, source, options, deblender.DECLARATION.detects) for one in read_blends(stack))
        with create_stack(separated, **copy_attributes(stack), packed=("image",), code=code) as writer:
            n_separated = 0
            for sources in progress(deblender.separate(blends, own), "blends", len(stack)):
                check_sources(sources, shape, f"{options.deblender}, blend {n_separated}")
                writer.append(**columns_of(n_separated, sources, len(shape)))
                n_separated += 1
            if n_separated != len(stack):
                raise ValueError(f"{options.deblender}: sources of {n_separated} of {len(stack)} blends")


def blend_for(blend, stamps, options, detects):
    """Return a blend as the deblender receives it: without the truth, except positions where these are chosen."""
    variance, places = np.maximum(blend.variance, least_variance(blend.image)), NO_DETECTIONS
    psf = stamps["psf"][blend.stamp] if "psf" in stamps else None
    if not detects:
        places = blend.places if options.positions == "known" else detect(blend.image, variance, options.detection)
    return Blend(blend.number, blend.image, variance, psf, places)


def least_variance(image):
    """Return the variance (band,) that is assumed for blends without noise."""
    return (NOISELESS * np.abs(image).max(axis=(0, 1))).astype(square_type(image)) ** 2


def detect(image, variance, detection):
    """Return x, y of the sources on the weighted mean of the bands, (k, 2)."""
    found, _ = extract_sources(*combine_bands(image, variance), detection)
    return np.column_stack([found["x"], found["y"]])


def check_sources(sources, shape, where):
    """Raise an error for sources of a blend (y, x[, band]) of other shapes, or with pixels that are not finite."""
    image, mask, n = np.asarray(sources.image), np.asarray(sources.mask), len(sources.x)
    expected = (n, *shape, *(1,) * (3 - len(shape)))
    if image.shape != expected or mask.shape != expected[:3] or len(sources.y) != n:
        raise ValueError(f"{where}: images {image.shape} and masks {mask.shape} of {n} sources; expected {expected}")
    if not (np.isfinite(image).all() and np.isfinite(sources.x).all() and np.isfinite(sources.y).all()):
        raise ValueError(f"{where}: pixels or positions that are not finite")


if "snakemake" in globals():
    run_rule(separate_blends, snakemake)
