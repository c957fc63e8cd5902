"""1D power spectrum: the summed power per ring as published, or the logarithm of the mean power in wide bins.

The option `floor` counts in variances of the data's noise: images without any power have one, whatever the unit.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.measuring.spectra import ring_counts, ring_power

ROWS = "tiles"
IN_VARIANCES = ("floor",)  # options that count in variances of the data's noise


@dataclass(frozen=True)
class Options:
    """Which form of the spectrum.

    `ring_sum`: sum per integer radius r = 0 ... side/2 - 1, moving average over `smooth` rings; 496 values of a
    1000 px image. `log_mean`: log10 of the mean power in `n_bins` bins that are even in log r from r = 1, over the
    pixel number, never below `floor` (the power that white noise of that variance would have). `window: hann` takes the
    steps at the border off before (log_mean); `corners` adds the frequencies beyond side/2 as one more bin (log_mean).
    """

    form: str = "ring_sum"
    smooth: int = 5
    n_bins: int = 16
    floor: float = 1e-6
    window: str = "none"
    corners: bool = False

    def __post_init__(self):
        if self.form not in ("ring_sum", "log_mean"):
            raise ValueError(f"form: {self.form!r}; known: ring_sum, log_mean")
        if self.smooth < 1 or self.n_bins < 2 or self.floor <= 0:
            raise ValueError("smooth: at least 1; n_bins: at least 2; floor: above 0")
        if self.window not in ("none", "hann"):
            raise ValueError(f"window: {self.window!r}; known: none, hann")
        if self.form == "ring_sum" and (self.window != "none" or self.corners):
            raise ValueError("form ring_sum is as published: without window and corners")


def extract(images, options):
    """Return the spectra of images (n, y, x).

    Returns
    -------
    values : (n, k) float
    columns : list of str
    """
    if options.form == "ring_sum":
        smooth = moving_average(ring_power(images), options.smooth)
        return smooth, [f"power_{r}" for r in range(smooth.shape[1])]
    return log_mean_power(windowed(images) if options.window == "hann" else images, options)


def windowed(images):
    """Return images (n, side, side) less their mean under a Hann window that keeps the power of white noise."""
    side = images.shape[-1]
    wave = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
    window = np.outer(wave, wave) / np.mean(wave**2)
    return (images - images.mean(axis=(1, 2), keepdims=True)) * window


def moving_average(values, width):
    """Return the mean over each run of `width` values along the last axis; the ends are cut off."""
    total = np.cumsum(np.concatenate([np.zeros((len(values), 1)), values], axis=1), axis=1)
    return (total[:, width:] - total[:, :-width]) / width


def log_mean_power(images, options):
    """Return log10 mean power per bin, in units of the variance per pixel that white noise of this power has."""
    side, rings = images.shape[-1], ring_power(images)
    edges = bin_edges(side // 2, options.n_bins)
    sums, counts = (np.add.reduceat(values, edges[:-1], axis=-1) for values in (rings, ring_counts(side)))
    middle = np.sqrt(edges[:-1] * edges[1:])
    names = [f"log_power_{k:.1f}" for k in middle]
    if options.corners:
        rest, n_rest = beyond(images, rings)
        sums, counts = np.column_stack([sums, rest]), np.append(counts, n_rest)
        names.append("log_power_corners")
    return np.log10(np.maximum(sums / counts / side**2, options.floor)), names


def beyond(images, rings):
    """Return the power (n,) of the frequencies that no ring holds, by Parseval's theorem, and how many they are."""
    side = images.shape[-1]
    total = images.var(axis=(1, 2), dtype=np.float64) * side**4
    return np.maximum(total - rings[:, 1:].sum(axis=1), 0), side**2 - ring_counts(side).sum()


def bin_edges(n_rings, n_bins):
    """Return the rings at which bins begin, from 1 to `n_rings`, even in the logarithm; narrow ones are joined."""
    return np.unique(np.round(np.geomspace(1, n_rings, n_bins + 1)).astype(int))
