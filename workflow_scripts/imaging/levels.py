"""Levels of pixels: grey levels, the size of noise, and units in which float32 holds squares of pixels."""

import numpy as np

ORDINARY = 2.0**-30, 2.0**40  # largest pixels of images whose squares and transforms float32 holds
SIGMA_PER_MAD = 1.4826  # of a Gaussian
NOISELESS = 1e-3  # of the brightest pixel: what stands for the noise of an image that has none
SAMPLE = 2**20  # pixels that show whether an image may be without noise


def round_to_step(values, step):
    """Round values to multiples of a step, the grey levels of the data; a step of 0 leaves them as they are."""
    return np.round(values / step) * step if step else values


def power_of_two(images):
    """Return the power of two above the largest pixel of an array in absolute value; of an array of zeros 1."""
    largest = max(float(np.max(images, initial=0)), -float(np.min(images, initial=0)))
    return 2.0 ** int(np.frexp(largest)[1]) if largest > 0 else 1.0


def float32_unit(images):
    """Return the unit to count pixels in before they are squared in float32: a power of two; at ordinary levels 1.

    Divided by it and multiplied again, pixels are the same to the last bit.
    """
    unit = power_of_two(images)
    return 1.0 if ORDINARY[0] <= unit <= ORDINARY[1] else unit


def square_type(values):
    """Return the type that holds the squares of values: float32, or float64 where `float32_unit` is not 1."""
    return np.float32 if float32_unit(values) == 1.0 else np.float64


def noise_level(images):
    """Return the deviation of most pixels, 1.4826 times their median deviation; without any, `noiseless_level`."""
    middle = np.median(images)
    return SIGMA_PER_MAD * np.median(np.abs(images - middle)) or noiseless_level(images, middle)


def noiseless_level(image, background):
    """Return what stands for the noise of an image that has none: `NOISELESS` of the largest pixel above background."""
    return NOISELESS * max(float(np.max(image, initial=background)) - float(background), 0.0)


def constant_background(image):
    """Return the background of an image without noise; None where there is noise.

    There is none where all pixels are equal, once those beyond two deviations of the mean are left out again and again.
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
