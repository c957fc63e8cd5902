"""Convolution with a Gaussian of any width, also below a pixel."""

import numpy as np
from scipy.ndimage import correlate1d
from scipy.special import ive


def convolve_gaussian(image, sigma):
    """Return an image (y, x), reflected at its border, convolved with a Gaussian of `sigma` pixels."""
    kernel = gaussian_kernel(sigma)
    return correlate1d(correlate1d(image, kernel, axis=0), kernel, axis=1)


def gaussian_kernel(sigma):
    """Return the discrete Gaussian kernel exp(-sigma²) I_n(sigma²), (2 k + 1,); Lindeberg 1990.

    Its variance is sigma² for any sigma; that of a sampled Gaussian vanishes below half a pixel, where a blur would do
    nothing.
    """
    reach = int(np.ceil(4 * sigma)) + 2
    weights = ive(np.arange(-reach, reach + 1), sigma**2)
    return weights / weights.sum()
