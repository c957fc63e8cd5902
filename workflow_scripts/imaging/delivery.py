"""Quantisation and limits of the data's pixels: measured, and applied to generated fields.

A composed sky is linear and continuous. Real images were rounded and clipped, which shows in quantiles and spectra:
before a comparison, composed fields pass through the same steps.
"""

from dataclasses import dataclass

import numpy as np

MOST_PIXELS = 2**20  # that the step is measured on
REPEATED = 4  # pixels of every value, on average, where values are grey levels
TOLERANCE = 1e-2  # of a step: how far rounding moves values from grey levels


@dataclass(frozen=True)
class Delivery:
    """How the pixels of a data set are delivered.

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


def measure_delivery(pixels):
    """Return the quantisation and the limits that an array of pixels shows.

    A limit is a lowest or highest value that more than one pixel has; grey levels always have both.
    """
    flat = np.asarray(pixels).ravel()
    values, counts = np.unique(flat[:: max(1, flat.size // MOST_PIXELS)], return_counts=True)
    step = step_of(values.astype(float), counts.sum())
    low, high = (limit(flat, end, none, step) for end, none in ((flat.min(), -np.inf), (flat.max(), np.inf)))
    return Delivery(step, low, high)


def limit(flat, end, none, step):
    """Return the lowest or highest value where it is a limit, else the one that stands for none."""
    return float(end) if step or np.count_nonzero(flat == end) > 1 else none


def step_of(values, n_pixels):
    """Return the step between sorted values that are grey levels, else 0."""
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
