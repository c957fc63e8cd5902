"""Distribution of the pixel values: published counts per grey level, or quantiles, which need no range."""

from typing import Literal

import numpy as np
from pydantic import model_validator

from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="tiles")
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


class Options(Declared):
    """Counts of grey levels, or quantiles."""

    form: Literal["counts", "quantiles"] = option("counts", "Pixels per bin, or quantiles, which need no range.")
    bins: int = option(256, "Number of bins.", ge=2)
    low: float = option(0.0, "Lower end of the first bin, which includes all values below.")
    high: float = option(256.0, "Upper end of the last bin, which includes all values above.")

    @model_validator(mode="after")
    def check_range(self):
        """Raise an error for an empty range."""
        if self.low >= self.high:
            raise ValueError(f"low: {self.low} is not below high, {self.high}")
        return self


def extract(images, options):
    """Return the histograms, or the quantiles, of images (n, ...).

    Returns
    -------
    values : (n, k) float
    columns : list of Column
    """
    flat = np.asarray(images).reshape(len(images), -1)
    if options.form == "quantiles":
        return np.quantile(flat, QUANTILES, axis=1).T, [Column(f"quantile_{q:g}", quantile_text(q)) for q in QUANTILES]
    counts = np.stack([histogram(row, options) for row in flat])
    columns = [Column(f"grey_{i}", f"number of pixels of grey level {i}") for i in range(options.bins)]
    return counts.astype(float), columns


def quantile_text(fraction):
    """Return the name of a quantile."""
    return "median pixel value" if fraction == 0.5 else f"{100 * fraction:g} % quantile of the pixel values"


def histogram(pixels, options):
    """Count the pixels of one image per bin."""
    if pixels.dtype == np.uint8 and (options.bins, options.low, options.high) == (256, 0.0, 256.0):
        return np.bincount(pixels, minlength=256)
    scaled = (pixels - options.low) * (options.bins / (options.high - options.low))
    return np.bincount(np.clip(scaled, 0, options.bins - 1).astype(np.int64), minlength=options.bins)
