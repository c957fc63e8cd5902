"""Radial light profiles as sums of Gaussians, whose convolution with a Gaussian PSF is exact."""

from functools import cache

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import nnls
from scipy.special import gammainc, gammaincinv

WIDTHS = np.geomspace(0.03, 8.0, 13)  # standard deviations of the Gaussians, in half-light radii
INDICES = np.array([0.5, 1.0, 2.0, 3.0, 4.0])  # Sersic indices that are tabulated
FARTHEST = 30.0  # half-light radii at which profiles are truncated


def light_within(radius, index):
    """Return the fraction of the light of Sersic profiles inside radii in half-light radii (Ciotti & Bertin 1999)."""
    return gammainc(2 * index, gammaincinv(2 * index, 0.5) * np.asarray(radius, float) ** (1 / index))


@cache
def gaussians(index):
    """Return the weight of each Gaussian of `WIDTHS` in a Sersic profile of total light 1, (k,)."""
    edges = np.geomspace(0.01, FARTHEST, 120)
    within = 1 - np.exp(-0.5 * (edges[:, None] / WIDTHS) ** 2)
    weights, _ = nnls(np.diff(within, axis=0), np.diff(light_within(edges, index)))
    return weights / weights.sum()


@cache
def table():
    """Return the weights of the Gaussians as smooth functions of the index, and their derivatives.

    Linear interpolation would have kinks, at which fits stall.
    """
    weights = PchipInterpolator(INDICES, [gaussians(index) for index in INDICES])
    return weights, weights.derivative()


def weights_of(index):
    """Return the interpolated weights of the Gaussians, and their derivatives by the index, both (n, k)."""
    weights, slopes = table()
    return weights(index), slopes(index)


def concentration_of(index):
    """Return 5 log10(r80 / r20) of Sersic profiles (Kent 1985): the radii follow from `light_within`."""
    far, near = (gammaincinv(2 * index, share) for share in (0.8, 0.2))
    return 5 * index * np.log10(far / near)
