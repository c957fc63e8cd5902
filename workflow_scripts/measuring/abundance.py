"""Rates of sources of each size, calibrated so that detection finds as many as in the data.

Detection is incomplete: it misses sources that are blended with larger ones, and sources that noise or a shift brings
below the threshold. The rates are corrected for the completeness, which is measured by detection in composed and in
real fields. The largest sources are always detected and contain most of the light, so their rate is not changed.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.measuring.detection import detect


@dataclass(frozen=True)
class Findings:
    """What is detected in several blocks of the sky.

    Attributes
    ----------
    sizes : (n,) float
        Pixels of the sources that the detection of the library finds.
    bright : list of (m, 2) float
        Positions x, y in each block of the sources that the detection of the study finds, pixel.
    shapes : list of (y, x)
        Of each block.
    """

    sizes: np.ndarray
    bright: list
    shapes: list

    @property
    def area(self):
        """Return the area of all blocks, pixel."""
        return sum(int(np.prod(shape)) for shape in self.shapes)


def find_inside(image, shape, detection):
    """Return sizes (n,) and positions (n, 2) of the sources that are detected in the middle of an image."""
    sources = detect(image, np.ones(image.shape, bool), **detection)[0]
    margin = (np.array(image.shape) - shape) // 2
    positions = np.column_stack([sources["x"], sources["y"]]) - margin[::-1]
    inside = ((positions >= -0.5) & (positions < np.array(shape)[::-1] - 0.5)).all(axis=1)
    return np.asarray(sources["npix"], float)[inside], positions[inside]


def corrected_rates(rate, size, real, found, ratio, n_bins):
    """Return rates of sources corrected for the completeness of the detection of each size.

    Parameters
    ----------
    rate, size : (n,) float
        Expected number of each source of the library per pixel of sky, and its number of pixels above the threshold.
    real : (m,) float
        Sizes of the sources detected in the data.
    found : (k,) float
        Sizes of the sources detected in composed fields of these rates.
    ratio : float
        Area of the composed fields over that of the data.
    n_bins : int
        Number of bins of size, with equal numbers of sources in the data.
    """
    edges = np.unique(np.quantile(real, np.linspace(0, 1, n_bins + 1)[1:-1]))
    expected, detected = ratio * counts(real, edges), counts(found, edges)
    factor = np.where(detected > 0, expected / np.maximum(detected, 1), 1.0)
    factor[-1] = 1.0
    return rate * factor[np.digitize(size, edges)]


def counts(sizes, edges):
    """Return the number of sources in each bin of size."""
    return np.bincount(np.digitize(sizes, edges), minlength=len(edges) + 1)
