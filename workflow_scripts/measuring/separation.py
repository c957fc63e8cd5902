"""Comparison of the separate image of a source with its true one: masks, fluxes, shape, reconstruction."""

from dataclasses import dataclass

import numpy as np
import sep
from skimage.metrics import structural_similarity

from workflow_scripts.imaging.levels import float32_unit


@dataclass(frozen=True)
class Aperture:
    """A circular aperture at the true position of a source.

    Attributes
    ----------
    x, y : float
        Pixel, first pixel 0.
    radius : float
        Pixel; also the standard deviation of the Gaussian weight of moments.
    """

    x: float
    y: float
    radius: float

    def flux(self, plane, variance):
        """Return the flux of a plane (y, x) in the aperture, and its standard deviation."""
        unit = float32_unit(plane)
        planes = (np.ascontiguousarray(values, float) for values in (plane / unit, variance / unit**2))
        flux, error, _ = sep.sum_circle(next(planes), [self.x], [self.y], self.radius, var=next(planes), subpix=10)
        return float(flux[0]) * unit, float(error[0]) * unit

    def ellipticity(self, plane):
        """Return e1 and e2 of a plane (y, x), (Qxx - Qyy, 2 Qxy) / (Qxx + Qyy); NaN if the moments are not positive.

        Q are second moments about the position with a Gaussian weight.
        """
        y, x = np.indices(plane.shape)
        x, y = x - self.x, y - self.y
        light = plane * np.exp(-(x**2 + y**2) / (2 * self.radius**2))
        qxx, qyy, qxy = (float((light * product).sum()) for product in (x * x, y * y, x * y))
        size, e = qxx + qyy, np.array([qxx - qyy, 2 * qxy])
        return e / size if size > 0 and np.hypot(*e) < size else np.full(2, np.nan)


def overlap_of_masks(one, other):
    """Return intersection over union of two masks; NaN if both are empty."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else np.nan


def relative(found, true):
    """Return (found - true) / true; NaN unless the true value is positive."""
    return (found - true) / true if true > 0 else np.nan


def colour_difference(found, true):
    """Return the difference in magnitude of the colour, first band minus last, of fluxes (band,).

    It is NaN for one band, and for fluxes that are not positive.
    """
    ends = np.array([found[0], found[-1], true[0], true[-1]])
    if len(true) < 2 or not (ends > 0).all():
        return np.nan
    return float(2.5 * np.log10(ends[1] / ends[0] * ends[2] / ends[3]))


def peak_signal_to_noise(true, found):
    """Return the peak signal-to-noise ratio in dB, 20 log10(peak of the true image / rms difference)."""
    rms, peak = np.sqrt(np.mean((true - found) ** 2, dtype=float)), true.max()
    return float(20 * np.log10(peak / rms)) if rms > 0 and peak > 0 else np.nan


def similarity(true, found):
    """Return the structural similarity (Wang et al. 2004) of two planes (y, x), for the range of the true one."""
    span = float(np.ptp(true))
    return float(structural_similarity(true / span, found / span, data_range=1.0)) if span > 0 else np.nan
