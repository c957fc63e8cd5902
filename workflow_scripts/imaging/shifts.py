"""Stamps moved by fractions of a pixel."""

import numpy as np
from scipy.ndimage import spline_filter


def shift_stamp(stamp, x, y):
    """Move a stamp by a fraction of a pixel, keeping its flux and its zeros outside.

    Cubic B-splines, without the ringing of a Fourier shift that a positive, truncated stamp would show; what the spline
    takes below 0 is cut off.

    Parameters
    ----------
    stamp : (y, x) float32
    x, y : float
        Towards larger x and y, at most one pixel.

    Returns
    -------
    moved : (y, x) float32
    """
    if not x and not y:
        return stamp
    knots = np.pad(spline_filter(np.pad(stamp.astype(float), 4), order=3, mode="grid-constant"), 1)
    moved = sum(weight * np.roll(knots, step, axis=0) for step, weight in taps(y))
    moved = sum(weight * np.roll(moved, step, axis=1) for step, weight in taps(x))
    moved = np.maximum(moved[5:-5, 5:-5], 0)
    total = moved.sum()
    return (moved * (stamp.sum(dtype=float) / total if total > 0 else 1.0)).astype(np.float32)


def taps(shift):
    """Return steps in whole pixels and the weight of the cubic B-spline at each."""
    steps = np.arange(-2, 4)
    return [(int(step), spline(step - shift)) for step in steps if spline(step - shift) > 0]


def spline(t):
    """Return the cubic B-spline."""
    t = abs(t)
    if t < 1:
        return 2 / 3 - t**2 + t**3 / 2
    return (2 - t) ** 3 / 6 if t < 2 else 0.0
