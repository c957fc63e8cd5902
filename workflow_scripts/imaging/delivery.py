"""Quantisation and limits of the data's pixels: measured, and applied to generated fields.

A composed sky is linear and continuous. Real images were rounded and clipped, which shows in quantiles and spectra:
before a comparison, composed fields pass through the same steps.
"""

from dataclasses import dataclass

import numpy as np

MOST_PIXELS = 2**20  # used to measure the step
REPEATED = 4  # minimum mean number of pixels per value of quantised images
TOLERANCE = 1e-2  # of a step: largest deviation of values from grey levels


@dataclass(frozen=True)
class Delivery:
    """Quantisation and limits of the pixels of a data set.

    Attributes
    ----------
    step : float
        Between grey levels; 0 for continuous values.
    low, high : float
        Limits; infinite where there are none.
    """

    step: float = 0.0
    low: float = -np.inf
    high: float = np.inf


def measure_delivery(blocks):
    """Return the quantisation and the limits of a data set.

    The lowest or highest value is a limit if more than one pixel has it, or if the pixels are quantised.

    Parameters
    ----------
    blocks : iterable of (...) array
        All pixels, in parts that need not be in memory together.
    """
    sample, ends = [], {}
    for block in blocks:
        flat = np.asarray(block).ravel()
        sample.append(flat[: MOST_PIXELS - sum(map(len, sample))])
        for value in (flat.min(), flat.max()):
            ends[float(value)] = ends.get(float(value), 0) + np.count_nonzero(flat == value)
    values, counts = np.unique(np.concatenate(sample), return_counts=True)
    step = step_of(values.astype(float), counts.sum())
    low, high = min(ends), max(ends)
    return Delivery(step, low if step or ends[low] > 1 else -np.inf, high if step or ends[high] > 1 else np.inf)


def step_of(values, n_pixels):
    """Return the step between sorted values if they are quantised, else 0."""
    if len(values) < 2 or len(values) * REPEATED > n_pixels:
        return 0.0
    step = np.diff(values).min()
    # the smallest difference of rounded numbers is inexact: the whole range gives the step more precisely
    step = (values[-1] - values[0]) / np.round((values[-1] - values[0]) / step)
    levels = (values - values[0]) / step
    return float(step) if np.abs(levels - np.round(levels)).max() < TOLERANCE else 0.0


def deliver(image, delivery):
    """Return an image quantised and clipped as the data are, float32."""
    image = np.clip(image, delivery.low, delivery.high)
    if delivery.step:
        start = delivery.low if np.isfinite(delivery.low) else 0.0
        image = start + np.round((image - start) / delivery.step) * delivery.step
    return image.astype(np.float32)
