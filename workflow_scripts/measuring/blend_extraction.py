"""Detection of the sources of a blend, whose background is 0 and whose variance is known in every pixel."""

import numpy as np

from workflow_scripts.imaging.levels import NOISELESS, float32_unit
from workflow_scripts.measuring.detection import find


def weights_of_bands(variance):
    """Return the normalised inverse-variance weights of the bands of a blend, (band,) float32.

    Parameters
    ----------
    variance : (y, x) or (y, x, band) float
    """
    level = np.median(variance.reshape(-1, variance.shape[2] if variance.ndim == 3 else 1), axis=0)
    level = level / float32_unit(level)
    weight = 1 / level if (level > 0).all() else np.ones(len(level))
    return (weight / weight.sum()).astype(np.float32)


def combine_bands(image, variance):
    """Return the weighted mean over the bands, (y, x), of an image (y, x, band), and its variance."""
    weight = weights_of_bands(variance)
    return image @ weight, variance @ weight**2


def noise_of(image, variance):
    """Return the standard deviation (y, x) of the noise of a plane, above 0: noiseless models have almost none."""
    noise = np.sqrt(np.maximum(variance, 0)).astype(np.float32)
    return np.maximum(noise, NOISELESS * np.float32(image.max())).clip(np.finfo(np.float32).tiny)


def extract_sources(image, variance, extraction):
    """Detect the sources of one plane of a blend.

    Parameters
    ----------
    image, variance : (y, x) float
    extraction : settings.bases.deblenders.ExtractionOptions

    Returns
    -------
    sources : dict of str to (k,) array
        See `measuring.detection.detect`.
    segmentation : (y, x) int32
        0 for none, else 1 + the row of the source.
    """
    image = np.ascontiguousarray(image, np.float32)
    noise = noise_of(image, variance)
    return find(
        image,
        noise,
        None,
        np.zeros_like(image),
        threshold_sigma=extraction.threshold_sigma,
        min_area=extraction.min_area,
        deblend_thresholds=extraction.deblend_thresholds,
        deblend_contrast=extraction.deblend_contrast,
    )
