"""1D power spectrum: the published sum of the power per ring, or the logarithm of the mean power in wide bins.

The option `floor` counts in variances of the data's noise: images without any power have one, whatever the unit.
"""

from typing import Literal

import numpy as np
from pydantic import model_validator

from workflow_scripts.measuring.spectra import ring_counts, ring_power
from workflow_scripts.settings.bases.features import PowerOptions
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import option

DECLARATION = Feature(rows="tiles", log_spectrum={"form": "log_mean"}, in_variances=["floor"])


class Options(PowerOptions):
    """Form of the spectrum.

    `ring_sum`: sum per integer radius r = 0 ... side/2 - 1, smoothed; 496 values of a 1000 px image. `log_mean`: log10
    of the mean power in bins that are even in log r from r = 1, over the pixel number; `floor` is the power that white
    noise of that variance would have.
    """

    form: Literal["ring_sum", "log_mean"] = option("ring_sum", "Published sums per ring, or log10 of the mean per bin.")
    smooth: int = option(5, "Width of the moving average of ring_sum, in rings.", ge=1)
    n_bins: int = option(16, "Number of bins of log_mean.", ge=2)
    window: Literal["none", "hann"] = option("none", "Window that suppresses discontinuities at the border (log_mean).")
    corners: bool = option(False, "Additional bin for the frequencies beyond side/2 (log_mean).")

    @model_validator(mode="after")
    def check_form(self):
        """Raise an error for a window or corners with the published form."""
        if self.form == "ring_sum" and (self.window != "none" or self.corners):
            raise ValueError("form: ring_sum is as published, without window and corners")
        return self


def extract(images, options):
    """Return the spectra of images (n, y, x).

    Returns
    -------
    values : (n, k) float
    columns : list of Column
    """
    if options.form == "ring_sum":
        smooth = moving_average(ring_power(images), options.smooth)
        return smooth, [Column(f"power_{r}", f"summed power at {r} cycles per image") for r in range(smooth.shape[1])]
    return log_mean_power(windowed(images) if options.window == "hann" else images, options)


def windowed(images):
    """Return mean-subtracted images (n, side, side) with a Hann window normalised for the power of white noise."""
    side = images.shape[-1]
    wave = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
    window = np.outer(wave, wave) / np.mean(wave**2)
    return (images - images.mean(axis=(1, 2), keepdims=True)) * window


def moving_average(values, width):
    """Return the moving average over `width` values along the last axis, without the ends."""
    total = np.cumsum(np.concatenate([np.zeros((len(values), 1)), values], axis=1), axis=1)
    return (total[:, width:] - total[:, :-width]) / width


def log_mean_power(images, options):
    """Return log10 mean power per bin, in units of the variance per pixel of white noise with this power."""
    side, rings = images.shape[-1], ring_power(images)
    edges = bin_edges(side // 2, options.n_bins)
    sums, counts = (np.add.reduceat(values, edges[:-1], axis=-1) for values in (rings, ring_counts(side)))
    middle = np.sqrt(edges[:-1] * edges[1:])
    texts = {f"{k:.1f}": f"mean power at scales near {side / float(f'{k:.1f}'):.2g} px" for k in middle}
    columns = [Column(f"log_power_{k}", text, log=True) for k, text in texts.items()]
    if options.corners:
        rest, n_rest = beyond(images, rings)
        sums, counts = np.column_stack([sums, rest]), np.append(counts, n_rest)
        columns.append(Column("log_power_corners", "mean power at scales below 2 px", log=True))
    return np.log10(np.maximum(sums / counts / side**2, options.floor)), columns


def beyond(images, rings):
    """Return the power (n,) of the frequencies outside all rings, by Parseval's theorem, and their number."""
    side = images.shape[-1]
    total = images.var(axis=(1, 2), dtype=np.float64) * side**4
    return np.maximum(total - rings[:, 1:].sum(axis=1), 0), side**2 - ring_counts(side).sum()


def bin_edges(n_rings, n_bins):
    """Return the first rings of the bins, from 1 to `n_rings`, logarithmically spaced; narrow bins are merged."""
    return np.unique(np.round(np.geomspace(1, n_rings, n_bins + 1)).astype(int))
