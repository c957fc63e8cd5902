"""What is left of an image without its sources: noise and unresolved light, as one correlated field.

A normal field turned into the distribution of the data (NORTA, Cario and Nelson 1997). The normal field's correlation
is the one that gives the data's covariance after the transformation: with Hermite coefficients a_k of the
transformation q, cov(q(z), q(z')) = sum_k a_k^2 / k! r^k for normal numbers z, z' of correlation r. So the field has
the data's distribution and its power spectrum, however skew it is.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.polynomial.hermite_e import hermegauss, hermeval
from scipy.fft import irfft2, rfft2

from workflow_scripts.measuring.noise import SCORES, amplitudes, products, quantiles_of

FREE = 0.97  # of the light of a pixel belongs to no source: the pixel is one of the sky
ORDER, NODES = 12, 80  # of the Hermite series; of its quadrature
STEPS = 64  # of the table of the transformation between two of its scores
CORRELATIONS = np.linspace(-1.0, 1.0, 2001)


@dataclass(frozen=True)
class Unresolved:
    """The field between the sources.

    Attributes
    ----------
    levels : (n,) float
        Mean of the sky's pixels of each image.
    quantiles : (361,) float
        Of the pixels less their level, at `measuring.noise.SCORES`: their mean is 0.
    correlation : (2 reach + 1, 2 reach + 1) float
        Of the normal field, lag 0 in the middle.
    """

    levels: np.ndarray
    quantiles: np.ndarray
    correlation: np.ndarray


def fit_unresolved(images, free, reach):
    """Fit the field between the sources.

    Parameters
    ----------
    images : list of (y, x) float
    free : list of (y, x) bool
        The pixels of the sky.
    reach : int
        Largest lag of the correlation, pixel.

    Raises
    ------
    ValueError
        Where no pixel is free.
    """
    seen = [(image, sky) for image, sky in zip(images, free, strict=True) if sky.any()]
    if not seen:
        raise ValueError("sources leave no pixel of the sky: raise the detection threshold or faintest_sigma")
    levels = np.array([image[sky].mean(dtype=float) for image, sky in seen])
    residuals = [np.where(sky, image - level, 0) for (image, sky), level in zip(seen, levels, strict=True)]
    quantiles = centred_quantiles(np.concatenate([one[sky] for one, (_, sky) in zip(residuals, seen, strict=True)]))
    pairs = [products(one, sky, reach) for one, (_, sky) in zip(residuals, seen, strict=True)]
    total, number = (sum(one) for one in zip(*pairs, strict=True))
    return Unresolved(levels, quantiles, normal_correlation(total / np.maximum(number, 1), quantiles))


def centred_quantiles(residual):
    """Return quantiles at `SCORES` whose normal mean is 0, as that of the residual."""
    quantiles = quantiles_of(residual)
    return quantiles - hermite_coefficients(quantiles, 0)[0]


def hermite_coefficients(quantiles, order):
    """Return a_0 ... a_order of the transformation of normal numbers into a distribution."""
    nodes, weights = hermegauss(NODES)
    values = np.interp(nodes, SCORES, quantiles) * weights / weights.sum()
    return np.array([values @ hermeval(nodes, np.eye(order + 1)[k]) for k in range(order + 1)])


def normal_correlation(covariance, quantiles):
    """Return the correlation of normal numbers that gives a covariance after the transformation by quantiles."""
    if quantiles[0] == quantiles[-1]:
        return np.where(covariance == covariance.max(), 1.0, 0.0)
    reach = len(covariance) // 2
    power = hermite_coefficients(quantiles, ORDER)[1:] ** 2 / [factorial(k) for k in range(1, ORDER + 1)]
    reached = sum(p * CORRELATIONS**k for k, p in enumerate(power / power.sum(), 1))
    return np.interp(covariance / covariance[reach, reach], np.maximum.accumulate(reached), CORRELATIONS)


class UnresolvedSampler:
    """The field between the sources, ready to be drawn at one size.

    The transformation is a table in steps of 1 / 2560 standard deviations, finer than any pixel is measured.
    """

    def __init__(self, unresolved, shape):
        self.shape, self.levels = shape, unresolved.levels
        waves, self.torus = amplitudes(unresolved.correlation, shape)
        self.waves = waves.astype(np.float32)
        fine = np.linspace(SCORES[0], SCORES[-1], STEPS * (len(SCORES) - 1) + 1)
        self.table = np.interp(fine, SCORES, unresolved.quantiles).astype(np.float32)

    def __call__(self, rng):
        """Return noise around the level, (y, x) float32."""
        white = rng.standard_normal(self.torus, np.float32)
        normal = irfft2(rfft2(white) * self.waves, self.torus)[: self.shape[0], : self.shape[1]]
        normal = (normal - np.float32(SCORES[0])) * np.float32((len(self.table) - 1) / (SCORES[-1] - SCORES[0]))
        return self.table.take(normal.astype(np.int32), mode="clip")
