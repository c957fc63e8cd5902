"""Levels of pixels: grey levels, noise levels, and units in which squared pixels are in the range of float32."""

import numpy as np

ORDINARY = 2.0**-30, 2.0**40  # range of the largest pixel for which squares and transforms are in that of float32
SIGMA_PER_MAD = 1.4826  # of a Gaussian
NOISELESS = 1e-3  # assumed noise level of an image without noise, relative to its brightest pixel
SAMPLE = 2**20  # pixels used to test whether an image is without noise


def round_to_step(values, step):
    """Round values to multiples of a step, the grey levels of the data; a step of 0 leaves them unchanged."""
    return np.round(values / step) * step if step else values


def power_of_two(images):
    """Return the power of two above the largest absolute value of an array; 1 for an array of zeros."""
    largest = max(float(np.max(images, initial=0)), -float(np.min(images, initial=0)))
    return 2.0 ** int(np.frexp(largest)[1]) if largest > 0 else 1.0


def float32_unit(images):
    """Return the unit of pixels before they are squared in float32: a power of two, 1 for ordinary levels.

    Division by the unit and multiplication with it are exact.
    """
    unit = power_of_two(images)
    return 1.0 if ORDINARY[0] <= unit <= ORDINARY[1] else unit


def in_unit(values, unit):
    """Divide pixels by a unit, because SEP squares them in float32."""
    return values if unit == 1 else values / np.asarray(unit, values.dtype)


def square_type(values):
    """Return the type for squared values: float32, or float64 if `float32_unit` is not 1."""
    return np.float32 if float32_unit(values) == 1.0 else np.float64


def noise_level(images):
    """Return the robust standard deviation (1.4826 MAD) of the pixels; if it is 0, `noiseless_level`."""
    middle = np.median(images)
    return SIGMA_PER_MAD * np.median(np.abs(images - middle)) or noiseless_level(images, middle)


def noiseless_level(image, background):
    """Return the assumed noise level of an image without noise: `NOISELESS` of its peak above the background."""
    return NOISELESS * max(float(np.max(image, initial=background)) - float(background), 0.0)


def constant_background(image):
    """Return the background of an image without noise; None if there is noise.

    There is no noise if all pixels are equal after iterative clipping at two standard deviations from the mean.
    """
    sample = image.ravel()[:: max(1, image.size // SAMPLE)]
    if np.median(np.abs(sample - np.median(sample))) > 0:
        return None
    pixels = np.asarray(image, float).ravel()
    while True:
        kept = pixels[np.abs(pixels - pixels.mean()) <= 2 * pixels.std()]
        if len(kept) in (0, len(pixels)):
            return float(pixels[0]) if np.ptp(pixels) == 0 else None
        pixels = kept
