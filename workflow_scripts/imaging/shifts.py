"""Shifts of stamps by fractions of a pixel."""

import numpy as np
from scipy.ndimage import spline_filter1d

MARGIN, REACH = 5, 3  # pixels around a stamp; half width of the spline in knots


def shift_stamps(stamps, x, y):
    """Shift stamps by fractions of a pixel, preserving their flux; they are zero outside.

    Uses cubic B-splines, as a Fourier shift of a truncated stamp would ring; negative values of the spline are set to
    0.

    Parameters
    ----------
    stamps : (n, y, x) float32
    x, y : (n,) float
        Shifts towards larger x and y, at most one pixel.

    Returns
    -------
    moved : (n, y, x) float32
    """
    knots = np.pad(np.asarray(stamps, float), [(0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)])
    for axis in (1, 2):
        spline_filter1d(knots, order=3, axis=axis, mode="grid-constant", output=knots)
    moved = weighted(weighted(knots, y).swapaxes(1, 2), x).swapaxes(1, 2)
    np.maximum(moved, 0, out=moved)
    before, after = (light.sum(axis=(1, 2), dtype=float) for light in (stamps, moved))
    moved *= np.divide(before, after, out=np.ones(len(moved)), where=after > 0)[:, None, None]
    return moved.astype(np.float32)


def weighted(knots, shift):
    """Return the spline with knots (n, k, m), shifted along axis 1 by (n,) pixels, without margins."""
    n = knots.shape[1] - 2 * MARGIN
    moved = np.zeros((len(knots), n, knots.shape[2]))
    for step in range(-REACH + 1, REACH + 1):
        moved += spline(step - np.asarray(shift, float))[:, None, None] * knots[:, MARGIN - step : MARGIN - step + n]
    return moved


def spline(t):
    """Return the cubic B-spline."""
    t = np.abs(t)
    return np.where(t < 1, 2 / 3 - t**2 + t**3 / 2, np.maximum(2 - t, 0) ** 3 / 6)
