"""Factor of a relative weight map, from the noise of its image."""

import numpy as np
import sep

from workflow_scripts.imaging.levels import float32_unit

MIN_PIXELS = 1024  # of a window that is measured


def noise_scale(windows):
    """Return the variance of the background of pixels whose relative weight is 1.

    As Source Extractor scales weight maps: the variance is that of the background-subtracted image times the square
    root of the weight. The result is the median over the windows.

    Parameters
    ----------
    windows : iterable of pairs of (y, x)
        Pixels and relative weights; weights of 0 and NaN are left out.

    Returns
    -------
    scale : float
        NaN if no window has enough pixels.
    """
    found = [variance_at_weight_1(*window) for window in windows]
    found = [one for one in found if one is not None]
    return float(np.median(found)) if found else np.nan


def variance_at_weight_1(pixels, weight):
    """Return the variance at weight 1 of one window, or None if it has too few pixels."""
    pixels, weight = np.asarray(pixels, np.float64), np.asarray(weight, np.float64)
    usable = np.isfinite(pixels) & np.isfinite(weight) & (weight > 0)
    if usable.sum() < MIN_PIXELS:
        return None
    typical = np.median(weight[usable])
    image = np.where(usable, pixels, 0.0)
    unit = float32_unit(image)
    level = sep.Background(np.ascontiguousarray(image / unit, np.float32), mask=~usable).back()
    even = np.where(usable, (image / unit - level) * np.sqrt(np.where(usable, weight, 0) / typical), 0)
    rms = sep.Background(np.ascontiguousarray(even, np.float32), mask=~usable).globalrms
    return (rms * unit) ** 2 * typical
