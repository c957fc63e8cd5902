"""Placement of sources in a field by the pixelwise maximum."""

import numpy as np

from workflow_scripts.imaging.levels import round_to_step


def put(image, star, x, y, round_to):
    """Add the stamp of a star to an image in place, by the pixelwise maximum.

    Returns
    -------
    x, y : float
        Centroid of the added light, as a generated star need not be centred in its stamp; the rounded position if no
        light is added.
    flux, peak : float
        Of the added light.
    """
    size = len(star)
    x0, y0 = round(x) - size // 2, round(y) - size // 2
    rows = slice(max(y0, 0), max(min(y0 + size, image.shape[0]), 0))
    columns = slice(max(x0, 0), max(min(x0 + size, image.shape[1]), 0))
    stamp = star[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0]
    stamp = round_to_step(stamp, round_to)
    before = image[rows, columns].copy()
    np.maximum(before, stamp, out=image[rows, columns])
    added = image[rows, columns] - before
    flux = float(added.sum(dtype=np.float64))
    if flux <= 0:
        return round(x), round(y), 0.0, 0.0
    y_mean, x_mean = (float((added.sum(axis=1 - axis) * np.arange(added.shape[axis])).sum()) / flux for axis in (0, 1))
    return columns.start + x_mean, rows.start + y_mean, flux, float(added.max())


def as_truth(added):
    """Return the return values of `put` for the sources of a field as columns x, y, flux and peak."""
    return dict(zip(("x", "y", "flux", "peak"), np.array(added, float).reshape(-1, 4).T, strict=True))
