"""Noise of fluxes in apertures where the noise of neighbouring pixels is correlated."""

import numpy as np
from scipy.ndimage import binary_dilation

from workflow_scripts.imaging.levels import SIGMA_PER_MAD
from workflow_scripts.measuring.noise import products

REACH = 6  # largest lag along each axis, pixel
GROW = 3  # pixels around sources that are not used
CLIP = 4.0  # standard deviations of these pixels above which a pixel is light of a source
DETECTED = 3.0  # standard errors below which a correlation is taken as 0


class NoiseCorrelation:
    """Sums of products of source-free pixels, in units of their given noise, at every lag."""

    def __init__(self):
        size = 2 * REACH + 1
        self.total, self.number = np.zeros((size, size)), np.zeros((size, size))

    def add(self, clean, sigma, segmentation, region):
        """Add the pixels of a region of a window.

        Parameters
        ----------
        clean, sigma : (y, x) float64
        segmentation : (y, x) int
        region : (y, x) bool
        """
        with np.errstate(invalid="ignore"):
            scores = np.where(np.isfinite(sigma), clean / sigma, 0.0)
        free = region & np.isfinite(sigma) & ~binary_dilation(segmentation > 0, iterations=GROW)
        spread = SIGMA_PER_MAD * np.median(np.abs(scores[free])) if free.any() else 0.0
        free &= np.abs(scores) < CLIP * spread
        total, number = products(scores, free, REACH)
        self.total, self.number = self.total + total, self.number + number

    @property
    def covariance(self):
        """Return the covariance at every lag, (2 reach + 1, 2 reach + 1), 0 where not significant.

        It is in units of the given variance: 1 in the middle if that is right.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.total / self.number
            significant = np.abs(found) * np.sqrt(self.number) > DETECTED * found[REACH, REACH]
        return np.where(significant, found, 0.0)

    @property
    def noise_ratio(self):
        """Return the standard deviation of source-free pixels over the given one."""
        return float(np.sqrt(self.covariance[REACH, REACH]))

    def error_factors(self, areas, perimeters):
        """Return by what the noise of fluxes in apertures exceeds the sum of the given variances by SEP, (n,).

        A lag counts with the share of an aperture's pixels that have a partner there, that of a circle of its area. A
        pixel at the edge counts with the square of the fraction f inside, where SEP takes f: along an edge of any
        direction, the integral of f - f^2 is 1/6 of its length. The factor is 1 if no pixel was added.

        Parameters
        ----------
        areas, perimeters : (n,) float
            Of the apertures, pixel.
        """
        lags = np.arange(-REACH, REACH + 1)
        distance = np.hypot(*np.meshgrid(lags, lags))
        areas = np.asarray(areas, float)
        half = np.clip(distance / (2 * np.sqrt(areas / np.pi)[:, None, None]), 0, 1)
        share = 2 / np.pi * (np.arccos(half) - half * np.sqrt(1 - half**2))
        edge = np.minimum(np.asarray(perimeters) / (6 * areas), 1.0)
        variance = (self.covariance * share).sum(axis=(1, 2)) - self.covariance[REACH, REACH] * edge
        return np.sqrt(np.where(variance > 0, variance, 1.0))
