"""The noise between the sources: measurement of its distribution and correlation, and simulation.

The model is a Gaussian copula: correlated normal deviates with the rank correlation of the data are transformed to the
distribution of the data. Skewness and correlation of the noise are thus reproduced.
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.special import ndtr

SCORES = np.linspace(-4.5, 4.5, 361)  # normal deviates at which quantiles are tabulated


@dataclass(frozen=True)
class FittedNoise:
    """The noise of the data.

    Attributes
    ----------
    level : (n,) float
        Background level of each field.
    quantile : (361,) float
        Quantiles of the noise about its level at `SCORES`.
    correlation : (2 reach + 1, 2 reach + 1) float
        Of the normal scores, lag 0 in the middle.
    """

    level: np.ndarray
    quantile: np.ndarray
    correlation: np.ndarray


def brightest(residuals, clip_sigma):
    """Return the limit above which pixels are light of sources, in standard deviations of the pixels below 0."""
    return clip_sigma * np.sqrt(np.mean(residuals[residuals <= 0] ** 2)) if clip_sigma else np.inf


def quantiles_of(residuals):
    """Return the quantiles of noise at `SCORES`, (361,), from pixels less the level of their field."""
    return np.quantile(residuals, ndtr(SCORES))


def normal_scores(residual, quantiles):
    """Return the normal deviates of the same ranks as the noise."""
    # ties get their mean rank
    place = sum(np.searchsorted(quantiles, residual, side) for side in ("left", "right")) / 2 - 0.5
    between = np.interp(residual, quantiles, SCORES)
    tied = np.isin(residual, quantiles[1:][np.diff(quantiles) == 0])
    return np.where(tied, np.interp(place, np.arange(len(SCORES)), SCORES), between)


def products(scores, free, reach):
    """Return the sums of products of normal scores at each lag, and their number, of one field.

    Parameters
    ----------
    scores : (y, x) float
    free : (y, x) bool
        Mask of the background.
    reach : int
        Largest lag along each axis, pixel.

    Returns
    -------
    total, number : (2 reach + 1, 2 reach + 1) float
        Lag 0 in the middle.
    """
    shape = [next_fast_len(side + reach, real=True) for side in scores.shape]
    lags = np.arange(-reach, reach + 1)
    sums = []
    for values in (np.where(free, scores, 0.0), free.astype(float)):
        power = np.abs(rfft2(values, shape)) ** 2
        sums.append(irfft2(power, shape)[np.ix_(lags, lags)])
    return sums[0], np.rint(sums[1])


def amplitudes(correlation, shape):
    """Return the amplitude of each wave of noise on a torus larger than a field, as `rfft2` orders them.

    Parameters
    ----------
    correlation : (2 reach + 1, 2 reach + 1) float
        1 in the middle; 0 beyond the reach.
    shape : (y, x)
        Of the field.
    """
    lags = np.arange(len(correlation)) - len(correlation) // 2
    torus = np.zeros([next_fast_len(side + len(correlation), real=True) for side in shape])
    torus[np.ix_(lags, lags)] = correlation
    # ASSUME: negative values of the spectrum are artefacts of the truncated correlation.
    spectrum = np.maximum(rfft2(torus).real, 0.0)
    return np.sqrt(spectrum / irfft2(spectrum, torus.shape)[0, 0]), torus.shape


def draw_noise(rng, shape, quantiles, waves):
    """Draw noise of a field about its level, (y, x) float32; `waves` is the return value of `amplitudes`."""
    if quantiles[0] == quantiles[-1]:
        return np.full(shape, quantiles[0], np.float32)
    amplitude, torus = waves
    normal = irfft2(rfft2(rng.standard_normal(torus)) * amplitude, torus)[: shape[0], : shape[1]]
    return np.interp(normal, SCORES, quantiles).astype(np.float32)
