"""Noise and unresolved sources between the detected sources, as the sum of two correlated random fields.

Unresolved sources make pixels skew, on the scale of the PSF; the noise is symmetric. So the moments of order three and
four belong to the sources alone, and those of order two to both:

- The light f of unresolved sources has a gamma distribution with the third and fourth cumulants of the data. It is the
  transformation f = q(z) of a normal field z with a Gaussian correlation function (NORTA, Cario and Nelson 1997), whose
  width is fitted to the third-order covariance <x(p)^2 x(p + h)> of the data.
- The noise is a normal field with the covariance of the data less that of f.
- The sum is transformed to the exact distribution of the data, which differs little: clipped pixels, for instance.

With the Hermite coefficients a_k of q and b_k of q^2, <f(p) f(p + h)> = sum_k a_k^2 / k! r^k and
<f(p)^2 f(p + h)> = sum_k a_k b_k / k! r^k, where r is the correlation of z at the lag h.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.polynomial.hermite_e import hermegauss, hermeval
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.special import ndtr
from scipy.stats import gamma

from workflow_scripts.measuring.noise import SCORES, amplitudes, products

FREE = 0.97  # least weight of the sky in a pixel of the sky
ORDER, NODES = 12, 80  # order of the Hermite series; nodes of its quadrature
STEPS, N_SUMS = 64, 4000  # of tables, between two scores; values of the sum at which its distribution is computed
CORRELATIONS = np.linspace(0.0, 1.0, 1001)
LEAST_SKEWNESS = 0.1  # below, the pixels are taken as normal
LARGEST_FRACTION = 0.9  # of the variance that is light of sources
WIDTHS, NEAREST = np.geomspace(0.4, 4.0, 231), 3.0  # pixel: widths tried; lags to which they are fitted


@dataclass(frozen=True)
class Unresolved:
    """The field between the sources.

    Attributes
    ----------
    levels : (n,) float
        Of the sky of each image with pixels of the sky: that of its parent image.
    quantiles : (361,) float
        Quantiles of the pixels less their level at `measuring.noise.SCORES`; the mean is 0.
    light : (361,) float
        Quantiles of the light of unresolved sources at `measuring.noise.SCORES`, less its mean; 0 where there is none.
    width : float
        Standard deviation of the Gaussian correlation function of its normal field, pixel.
    noise : (2 reach + 1, 2 reach + 1) float
        Covariance of the noise, lag 0 in the middle.
    """

    levels: np.ndarray
    quantiles: np.ndarray
    light: np.ndarray
    width: float
    noise: np.ndarray


def fit_unresolved(images, free, parents, reach):
    """Fit the field between the sources.

    Parameters
    ----------
    images : list of (y, x) float
    free : list of (y, x) bool
        The pixels of the sky.
    parents : list of int
        Parent image of each image.
    reach : int
        Largest lag of the covariance, pixel.

    Raises
    ------
    ValueError
        If no pixel belongs to the sky.
    """
    level_of = sky_levels(images, free, parents)
    seen = [one for one in zip(images, free, parents, strict=True) if one[1].any()]
    if not seen:
        raise ValueError("sources leave no pixel of the sky: raise the detection threshold or faintest_sigma")
    residuals = [(np.where(sky, image - level_of[parent], 0), sky) for image, sky, parent in seen]
    total, number = (sum(one) for one in zip(*(products(*one, reach) for one in residuals), strict=True))
    number = np.maximum(number, 1)
    covariance = total / number
    pixels = np.concatenate([one[sky] for one, sky in residuals]).astype(float)
    light = light_of_sources(pixels)
    third = sum(third_order(one, reach) for one, _ in residuals) / number
    width = fit_width(third, light) if light.any() else WIDTHS[0]
    levels = np.array([level_of[parent] for _, _, parent in seen])
    noise = covariance - light_covariance(width, light, reach)
    return Unresolved(levels, centred_quantiles(pixels), light, float(width), noise)


def sky_levels(images, free, parents):
    """Return the mean of the pixels of the sky of each parent image, a dict; 0 where none is seen.

    ASSUME: the sky of a parent image is flat. A level of every image of a few sources would contain their light.
    """
    total, number = dict.fromkeys(parents, np.float64(0)), dict.fromkeys(parents, 0)
    for image, sky, parent in zip(images, free, parents, strict=True):
        total[parent] += image[sky].sum(dtype=float)
        number[parent] += int(sky.sum())
    return {parent: total[parent] / max(number[parent], 1) for parent in total}


def centred_quantiles(residual):
    """Return the quantiles at `SCORES`, shifted so that the mean of the transformed normal deviates is 0.

    The mean of the ranks of equal values belongs to each value. Between the grey levels of rounded pixels, quantiles
    are thus interpolated: the field is as continuous as before rounding, whatever its level.
    """
    values, counts = np.unique(residual, return_counts=True)
    ranks = (np.cumsum(counts) - counts / 2) / len(residual)
    quantiles = np.interp(ndtr(SCORES), ranks, values)
    return quantiles - hermite_coefficients(quantiles, 0)[0]


def light_of_sources(residual):
    """Return quantiles of a gamma distribution of mean 0 with the third and fourth cumulants of pixels of the sky.

    A gamma distribution of variance v and third cumulant k3 has the fourth cumulant 3/2 k3^2 / v.
    """
    centred = residual - residual.mean()
    variance, k3 = np.mean(centred**2), np.mean(centred**3)
    k4 = np.mean(centred**4) - 3 * variance**2
    if k3 <= LEAST_SKEWNESS * variance**1.5 or k4 <= 0:
        return np.zeros(len(SCORES))
    own = min(1.5 * k3**2 / k4, LARGEST_FRACTION * variance)
    shape = 4 * own**3 / k3**2
    quantiles = (gamma.ppf(ndtr(SCORES), shape) - shape) * np.sqrt(own / shape)
    return quantiles - hermite_coefficients(quantiles, 0)[0]


def third_order(residual, reach):
    """Return the sums of x(p)^2 x(p + h) at each lag h, (2 reach + 1, 2 reach + 1); residuals are 0 where masked."""
    shape = [next_fast_len(side + reach, real=True) for side in residual.shape]
    lags = np.arange(-reach, reach + 1)
    sums = irfft2(np.conj(rfft2(residual**2, shape)) * rfft2(residual, shape), shape)[np.ix_(lags, lags)]
    return (sums + sums[::-1, ::-1]) / 2


def fit_width(third, light):
    """Return the width of the correlation function with which light has a third-order covariance, by least squares."""
    reach = len(third) // 2
    squared = squared_lags(reach)
    near = (squared > 0) & (squared <= NEAREST**2)
    moments, squares = hermite_coefficients(light, ORDER), hermite_coefficients(light, ORDER, power=2)
    expected = np.interp(gaussian(WIDTHS[:, None], squared[near]), CORRELATIONS, series(moments * squares))
    return WIDTHS[np.argmin(np.sum((expected - third[near]) ** 2, axis=1))]


def light_covariance(width, light, reach):
    """Return the covariance of light of a given width at each lag, (2 reach + 1, 2 reach + 1)."""
    covariance = series(hermite_coefficients(light, ORDER) ** 2)
    return np.interp(gaussian(width, squared_lags(reach)), CORRELATIONS, covariance)


def series(products):
    """Return sum_k p_k / k! r^k, k from 1, at `CORRELATIONS`."""
    return sum(products[k] / factorial(k) * CORRELATIONS**k for k in range(1, ORDER + 1))


def squared_lags(reach):
    """Return the squared distance of each lag from 0, (2 reach + 1, 2 reach + 1)."""
    lags = np.arange(-reach, reach + 1)
    return lags[:, None] ** 2 + lags**2


def gaussian(width, squared_distance):
    """Return a Gaussian function of height 1."""
    return np.exp(-squared_distance / (2 * width**2))


def hermite_coefficients(quantiles, order, power=1):
    """Return the Hermite coefficients a_0 ... a_order of a power of the transformation of normal deviates."""
    nodes, weights = hermegauss(NODES)
    values = np.interp(nodes, SCORES, quantiles) ** power * weights / weights.sum()
    return np.array([values @ hermeval(nodes, np.eye(order + 1)[k]) for k in range(order + 1)])


class UnresolvedSampler:
    """Random generator of the field between the sources, for one size of fields."""

    def __init__(self, unresolved, shape):
        self.shape, self.levels = shape, unresolved.levels
        self.noise, reach = NormalField(unresolved.noise, shape), len(unresolved.noise) // 2
        self.source = NormalField(gaussian(unresolved.width, squared_lags(reach)), shape)
        self.light = Table(SCORES, unresolved.light)
        self.total = Table(quantiles_of_sum(unresolved.light, self.noise.deviation), unresolved.quantiles)

    def __call__(self, rng):
        """Return noise and light about the level, (y, x) float32."""
        field = self.noise(rng)
        if self.light.values.any():
            field += self.light(self.source(rng))
        return self.total(field)


class Table:
    """A monotone function, tabulated in steps far below the precision of the pixels.

    Attributes
    ----------
    first, step : float32
    values : (n,) float32
        At first, first + step, ...
    """

    def __init__(self, x, y):
        fine = np.linspace(x[0], x[-1], STEPS * (len(SCORES) - 1) + 1)
        self.values = np.interp(fine, x, y).astype(np.float32)
        self.first, self.step = np.float32(x[0]), np.float32(max(fine[1] - fine[0], np.finfo(np.float32).tiny))

    def __call__(self, x):
        """Return the function of x (y, x) float32; beyond the table its first or last value."""
        return self.values.take(((x - self.first) / self.step).astype(np.int32), mode="clip")


def quantiles_of_sum(light, deviation):
    """Return the quantiles at `SCORES` of the sum of the light and of normal noise of a standard deviation."""
    if not deviation:
        return light
    x = np.linspace(light[0] + SCORES[0] * deviation, light[-1] + SCORES[-1] * deviation, N_SUMS)
    weights = np.exp(-(SCORES**2) / 2)
    cumulative = ndtr((x[:, None] - light) / deviation) @ (weights / weights.sum())
    return np.interp(ndtr(SCORES), cumulative, x)


class NormalField:
    """Random generator of normal fields of a covariance, (2 reach + 1, 2 reach + 1)."""

    def __init__(self, covariance, shape):
        reach = len(covariance) // 2
        variance = max(covariance[reach, reach], 0.0)
        correlation = covariance / variance if variance else squared_lags(reach) == 0
        waves, self.torus = amplitudes(correlation, shape)
        self.shape, self.deviation = shape, np.sqrt(variance)
        self.waves = (waves * self.deviation).astype(np.float32)

    def __call__(self, rng):
        """Return a field, (y, x) float32."""
        white = rng.standard_normal(self.torus, np.float32)
        return irfft2(rfft2(white) * self.waves, self.torus)[: self.shape[0], : self.shape[1]]
