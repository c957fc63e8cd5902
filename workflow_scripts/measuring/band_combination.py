"""Detection of sources in several bands with a variance per pixel: on their weighted mean, or on a chi image."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from workflow_scripts.imaging.levels import float32_unit
from workflow_scripts.measuring.detection import extract, measure, neighbours_of, out_of_unit
from workflow_scripts.measuring.kron_apertures import kron_scale


@dataclass(frozen=True)
class BandPixels:
    """A window of the sky in several bands.

    Attributes
    ----------
    clean : (y, x, band) float64
        Background-subtracted; 0 where there are no data.
    sigma : (y, x, band) float64
        Standard deviation of the noise; infinite where there are no data.
    level : (y, x, band) float64
        The subtracted background.
    spectrum : (band,) float64
        Fluxes of a source of the assumed spectrum, relative to the first band.
    """

    clean: np.ndarray
    sigma: np.ndarray
    level: np.ndarray
    spectrum: np.ndarray

    @property
    def covered(self):
        """Return which pixels have data, (y, x, band) bool."""
        return np.isfinite(self.sigma)


@dataclass(frozen=True)
class Ellipses:
    """Kron apertures of sources.

    Attributes
    ----------
    x, y, a, b, theta : (n,) float
        Centre and moments, pixel; rad.
    scale : (n,) float
        Semi-axes of the aperture in units of `a` and `b`.
    """

    x: np.ndarray
    y: np.ndarray
    a: np.ndarray
    b: np.ndarray
    theta: np.ndarray
    scale: np.ndarray

    @property
    def area(self):
        """Return the areas, pixel."""
        return np.pi * self.a * self.b * self.scale**2

    @property
    def perimeter(self):
        """Return the perimeters, pixel, by Ramanujan's first formula."""
        a, b = self.a * self.scale, self.b * self.scale
        return np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b)))


def assumed_spectrum(zeropoints_ab, noises):
    """Return the relative fluxes of a source that is assumed for weights: flat in f_nu if zero points are known.

    ASSUME: without zero points, sources have the same signal-to-noise ratio in all bands.
    """
    if all(value is not None for value in zeropoints_ab):
        return 10 ** (0.4 * (np.array(zeropoints_ab) - zeropoints_ab[0]))
    return np.array(noises) / noises[0]


def weighted_mean(bands, values):
    """Return the mean of values (y, x, band), scaled to the first band by the spectrum, and its noise, (y, x).

    Weights are those of the largest signal-to-noise ratio: flux over variance. Both are 0 and infinite without data.
    """
    weight = bands.spectrum / bands.sigma**2
    total = (bands.spectrum * weight).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(total > 0, (weight * values).sum(axis=-1) / total, 0.0)
        return mean, 1 / np.sqrt(total)


def chi_image(bands):
    """Return the chi image of several bands, less its mean and in units of its standard deviation, (y, x).

    It is the square root of the sum of the squared signal-to-noise ratios of the bands (Szalay, Connolly and Szokoly
    1999, AJ 117, 68), here with the mean and the deviation of the chi distribution of noise.
    """
    chi = np.sqrt(((bands.clean / bands.sigma) ** 2).sum(axis=-1))
    n = bands.covered.sum(axis=-1)
    mean = np.sqrt(2) * np.exp(gammaln((np.maximum(n, 1) + 1) / 2) - gammaln(np.maximum(n, 1) / 2))
    return np.where(n > 0, (chi - mean) / np.sqrt(np.maximum(n, 1) - mean**2), 0.0)


def excess_image(bands, mean):
    """Return the chi image, float32, 0 where the weighted mean is negative: squares do not tell dark from bright."""
    return np.ascontiguousarray(np.where(mean > 0, chi_image(bands), 0), np.float32)


def detect_in_bands(bands, combination, **detection):
    """Detect the sources of a window.

    Parameters
    ----------
    bands : BandPixels
    combination : {"weighted", "chi2"}
        Image on which sources are detected. All are measured on the weighted mean, in the unit of the first band.
    **detection
        `threshold_sigma`, `min_area`, `deblend_thresholds`, `deblend_contrast`.

    Returns
    -------
    sources : dict of str to array (n,)
        As of `measuring.detection.detect`.
    segmentation : (y, x) int32
    ellipses : Ellipses
    """
    mean, noise = weighted_mean(bands, bands.clean)
    level, _ = weighted_mean(bands, bands.level)
    mask = ~bands.covered.any(axis=-1)
    unit = float32_unit(mean)
    clean, err = (np.ascontiguousarray(values / unit, np.float32) for values in (mean, np.where(mask, unit, noise)))
    significance = excess_image(bands, mean) if combination == "chi2" else None
    objects, segmentation = extract(clean, err, mask, significance, **detection)
    neighbours = neighbours_of(mask, segmentation, len(objects))
    sources = out_of_unit(measure(clean, neighbours, level / unit, err, objects), unit)
    shape = (np.asarray(objects[name], float) for name in ("x", "y", "a", "b", "theta"))
    return sources, segmentation, Ellipses(*shape, kron_scale(clean, neighbours, objects))
