"""Diamond-shaped source profiles of the two statistical baselines of sparse skies."""

import numpy as np


def add_diamond(image, x, y, npix, peak, fade):
    """Add a diamond of about npix pixels to an image in place, by the pixelwise maximum.

    Parameters
    ----------
    image : (y, x) float32
    x, y : int
        Central pixel.
    npix : float
        Number of pixels: 2 r^2 + 2 r + 1 for corners at r pixels from the centre.
    peak : float
        Level of the central pixel.
    fade : float
        Decrease of the level per pixel from the centre.

    Returns
    -------
    flux : float
        Flux added to the image.
    """
    radius = max(0, round((np.sqrt(max(2 * npix - 1, 1)) - 1) / 2))
    rows = slice(max(y - radius, 0), min(y + radius + 1, image.shape[0]))
    columns = slice(max(x - radius, 0), min(x + radius + 1, image.shape[1]))
    away = np.abs(np.arange(rows.start, rows.stop) - y)[:, None] + np.abs(np.arange(columns.start, columns.stop) - x)
    light = np.where(away <= radius, np.maximum(peak - fade * away, 0), 0).astype(np.float32)
    before = image[rows, columns].copy()
    image[rows, columns] = np.maximum(before, light)
    return float((image[rows, columns] - before).sum(dtype=float))


def diamonds(shape, x, y, npix, peak, fade):
    """Return a field of diamonds on black and its truth: x, y, flux, peak."""
    image = np.zeros(shape, np.float32)
    flux = [add_diamond(image, *one, fade) for one in zip(x.tolist(), y.tolist(), npix, peak, strict=True)]
    return image, {"x": x.astype(float), "y": y.astype(float), "flux": np.array(flux, float), "peak": peak}
