"""Detection of sources as groups of 8-connected pixels above a grey level, and isophotal measurements."""

import numpy as np
from scipy import ndimage


def detect_above(image, covered, *, threshold, min_area):
    """Detect the groups of 8-connected pixels above a grey level, as in the published sparse-sky systems.

    Parameters
    ----------
    image : (y, x) float
    covered : (y, x) bool or None
        Mask of the pixels with data.
    threshold : float
        Level above the background, which is the median of the image.
    min_area : int
        Minimum number of pixels.

    Returns
    -------
    sources, segmentation
        As returned by `detect`; x, y are those of the brightest pixel, the flux is isophotal, `noise` is 1.
    """
    level = float(np.median(image if covered is None else image[covered]))
    clean = np.asarray(image, np.float64) - level
    above = clean > threshold if covered is None else (clean > threshold) & covered
    labels, n = ndimage.label(above, np.ones((3, 3)))
    npix = np.bincount(labels.ravel(), minlength=n + 1)
    kept = np.nonzero(npix[1:] >= min_area)[0] + 1
    number = np.zeros(n + 1, np.int32)
    number[kept] = np.arange(len(kept)) + 1
    return moments(clean, number[labels], len(kept), level), number[labels]


def moments(clean, segmentation, n, level):
    """Return the catalogue columns of n labelled sources, measured inside their isophotes."""
    y, x = np.nonzero(segmentation)
    source, light = segmentation[y, x] - 1, clean[y, x]

    def total(values):
        return np.bincount(source, values, minlength=n)

    flux, npix = total(light), np.bincount(source, minlength=n)
    order = np.lexsort((light, source))
    brightest = order[np.cumsum(npix) - 1]
    mean_x, mean_y = total(light * x) / flux, total(light * y) / flux
    dx, dy = x - mean_x[source], y - mean_y[source]
    # ASSUME: no source is thinner than the second moment of one pixel.
    xx, yy = (total(light * one * one) / flux + 1 / 12 for one in (dx, dy))
    xy = total(light * dx * dy) / flux
    middle, apart = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return {
        "x": x[brightest].astype(float),
        "y": y[brightest].astype(float),
        "flux": flux,
        "peak": light[brightest],
        "flux_radius": half_light_radii(source, light, np.hypot(dx, dy), flux),
        "ellipticity": 1.0 - np.sqrt((middle - apart) / (middle + apart)),
        "theta": np.rad2deg(np.arctan2(2 * xy, xx - yy)) / 2,
        "npix": npix,
        "flags": np.zeros(n, int),
        "snr": flux / np.sqrt(np.maximum(npix, 1)),
        "background": np.full(n, level),
        "noise": np.ones(n),
    }


def half_light_radii(source, light, distance, flux):
    """Return the half-light radius of each source inside its isophote, at least half a pixel."""
    order = np.lexsort((distance, source))
    inner = np.cumsum(light[order])
    before = np.concatenate([[0.0], np.cumsum(flux)])[source[order]]
    reached = inner - before >= flux[source[order]] / 2
    radius = np.full(len(flux), np.inf)
    np.minimum.at(radius, source[order][reached], distance[order][reached])
    return np.maximum(radius, 0.5)
