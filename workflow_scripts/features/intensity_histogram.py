"""How the pixel values are distributed: counts per grey level as published, or quantiles, which fit any range."""

from dataclasses import dataclass

import numpy as np

ROWS = "tiles"
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


@dataclass(frozen=True)
class Options:
    """`counts`: pixels in `bins` between `low` and `high`, values beyond in the end bins; `quantiles`: no range."""

    form: str = "counts"
    bins: int = 256
    low: float = 0.0
    high: float = 256.0

    def __post_init__(self):
        if self.form not in ("counts", "quantiles"):
            raise ValueError(f"form: {self.form!r}; known: counts, quantiles")
        if self.bins < 2 or self.high <= self.low:
            raise ValueError("bins: at least 2; high: above low")


def extract(images, options):
    """Return the histograms, or the quantiles, of images (n, ...).

    Returns
    -------
    values : (n, k) float
    columns : list of str
    """
    flat = np.asarray(images).reshape(len(images), -1)
    if options.form == "quantiles":
        return np.quantile(flat, QUANTILES, axis=1).T, [f"quantile_{q:g}" for q in QUANTILES]
    counts = np.stack([histogram(row, options) for row in flat])
    return counts.astype(float), [f"grey_{i}" for i in range(options.bins)]


def histogram(pixels, options):
    """Count the pixels of one image per bin."""
    if pixels.dtype == np.uint8 and (options.bins, options.low, options.high) == (256, 0.0, 256.0):
        return np.bincount(pixels, minlength=256)
    scaled = (pixels - options.low) * (options.bins / (options.high - options.low))
    return np.bincount(np.clip(scaled, 0, options.bins - 1).astype(np.int64), minlength=options.bins)
