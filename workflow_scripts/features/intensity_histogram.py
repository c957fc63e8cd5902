"""Histogram of the pixel values."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Options:
    """`bins` between `low` and `high`; values beyond count in the end bins. `share` divides by the pixel number."""

    bins: int = 256
    low: float = 0.0
    high: float = 256.0
    share: bool = False

    def __post_init__(self):
        if self.bins < 2 or self.high <= self.low:
            raise ValueError("bins: at least 2; high: above low")


def extract(images, options):
    """Return the histograms of images (n, ...).

    Returns
    -------
    values : (n, bins) float
    columns : list of str
    """
    flat = np.asarray(images).reshape(len(images), -1)
    counts = np.stack([histogram(row, options) for row in flat])
    values = counts / flat.shape[1] if options.share else counts.astype(float)
    return values, [f"grey_{i}" for i in range(options.bins)]


def histogram(pixels, options):
    """Count the pixels of one image per bin."""
    if pixels.dtype == np.uint8 and (options.bins, options.low, options.high) == (256, 0.0, 256.0):
        return np.bincount(pixels, minlength=256)
    scaled = (pixels - options.low) * (options.bins / (options.high - options.low))
    return np.bincount(np.clip(scaled, 0, options.bins - 1).astype(np.int64), minlength=options.bins)
