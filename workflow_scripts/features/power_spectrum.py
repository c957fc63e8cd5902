"""1D power spectrum: the summed power per ring as published, or the logarithm of the mean power in wide bins."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.imaging.spectra import ring_counts, ring_power

ROWS = "tiles"


@dataclass(frozen=True)
class Options:
    """Which form of the spectrum.

    `ring_sum`: sum per integer radius r = 0 ... side/2 - 1, moving average over `smooth` rings; 496 values of a
    1000 px image. `log_mean`: log10 of the mean power in `n_bins` bins that are even in log r from r = 1, over the
    pixel number, never below `floor` (the power that white noise of that variance would have).
    """

    form: str = "ring_sum"
    smooth: int = 5
    n_bins: int = 16
    floor: float = 1e-6

    def __post_init__(self):
        if self.form not in ("ring_sum", "log_mean"):
            raise ValueError(f"form: {self.form!r}; known: ring_sum, log_mean")
        if self.smooth < 1 or self.n_bins < 2 or self.floor <= 0:
            raise ValueError("smooth: at least 1; n_bins: at least 2; floor: above 0")


def extract(images, options):
    """Return the spectra of images (n, y, x).

    Returns
    -------
    values : (n, k) float
    columns : list of str
    """
    power = ring_power(images)
    if options.form == "ring_sum":
        smooth = moving_average(power, options.smooth)
        return smooth, [f"power_{r}" for r in range(smooth.shape[1])]
    return log_mean_power(power, images.shape[-1], options)


def moving_average(values, width):
    """Return the mean over each run of `width` values along the last axis; the ends are cut off."""
    total = np.cumsum(np.concatenate([np.zeros((len(values), 1)), values], axis=1), axis=1)
    return (total[:, width:] - total[:, :-width]) / width


def log_mean_power(power, side, options):
    """Return log10 mean power per bin, in units of the variance per pixel that white noise of this power has."""
    edges = bin_edges(side // 2, options.n_bins)
    sums, counts = (np.add.reduceat(values, edges[:-1], axis=-1) for values in (power, ring_counts(side)))
    mean = sums / counts / side**2
    middle = np.sqrt(edges[:-1] * edges[1:])
    return np.log10(np.maximum(mean, options.floor)), [f"log_power_{k:.1f}" for k in middle]


def bin_edges(n_rings, n_bins):
    """Return the rings at which bins begin, from 1 to `n_rings`, even in the logarithm; narrow ones are joined."""
    return np.unique(np.round(np.geomspace(1, n_rings, n_bins + 1)).astype(int))
