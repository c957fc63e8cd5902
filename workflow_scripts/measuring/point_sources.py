"""The PSF of an image from its point-like sources."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

MIN_SOURCES = 5  # point-like sources that make an estimate
MAX_SOURCES = 200  # brightest ones that are used
MIN_SNR = 30.0
MAX_ELLIPTICITY = 0.25
LOCUS = 1.1  # ratio of the largest to the smallest half-light radius of point sources
NEIGHBOUR = 0.02  # flux of a neighbour in the stamp, relative to that of the source, that excludes it


def select_point_sources(sources, reach):
    """Return the rows of point-like, isolated sources, the brightest first.

    Point sources are the smallest sources of an image, and have one size: their locus is the interval of half-light
    radii with a ratio of `LOCUS` at the smallest radius that has at least `MIN_SOURCES` sources.
    ASSUME: the image has no cosmic rays, which are smaller than the PSF.

    Parameters
    ----------
    sources : mapping of str to (n,)
        `x, y, flux, flux_radius, ellipticity, flags, snr` (see `measuring.detection`).
    reach : float
        Distance within which a source must have no bright neighbour, pixel.

    Returns
    -------
    rows : (m,) int
        Empty if there are fewer than `MIN_SOURCES`.
    """
    good = (sources["flags"] == 0) & (sources["snr"] >= MIN_SNR) & (sources["ellipticity"] <= MAX_ELLIPTICITY)
    rows = np.flatnonzero(good & isolated(sources, reach) & (sources["flux_radius"] > 0))
    radius = sources["flux_radius"][rows]
    low = locus(radius)
    rows = rows[(radius >= low) & (radius <= LOCUS * low)]
    return rows[np.argsort(-sources["flux"][rows], kind="stable")][:MAX_SOURCES]


def locus(radius):
    """Return the lower end of the interval of radii of point sources; infinite if there are too few sources."""
    ordered = np.sort(radius)
    n_within = np.searchsorted(ordered, LOCUS * ordered, side="right") - np.arange(len(ordered))
    dense = np.flatnonzero(n_within >= MIN_SOURCES)
    if not len(dense):
        return np.inf
    # the first interval may begin below the locus: move up as long as it gains sources
    first = dense[0]
    near = np.flatnonzero(ordered <= LOCUS * ordered[first])
    return ordered[near[np.argmax(n_within[near])]]


def isolated(sources, reach):
    """Return which sources have no neighbour within `reach` with more than `NEIGHBOUR` of their flux, (n,) bool."""
    tree = cKDTree(np.column_stack([sources["x"], sources["y"]]))
    pairs = tree.query_pairs(reach, output_type="ndarray")
    flux, alone = sources["flux"], np.ones(len(sources["x"]), bool)
    for one, other in (pairs.T, pairs.T[::-1]):
        alone[one[flux[other] > NEIGHBOUR * flux[one]]] = False
    return alone


def stack_point_sources(read, shape, x, y, size):
    """Return the mean shape of point sources.

    Each source is centred by a spline of degree 5, normalised, and the median of all is taken.

    Parameters
    ----------
    read : callable
        Returns the pixels (y, x) of a window, NaN where there are no data.
    shape : (y, x)
        Of the image.
    x, y : (n,) float
        Centres, pixel.
    size : int
        Side of the stamps, odd.

    Returns
    -------
    psf : (size, size) float64, sum 1
    n_sources : int
        Sources in the stack: those whose stamp is inside the image and has data in all pixels.
    """
    half, stamps = size // 2, []
    for centre in zip(np.asarray(y, float), np.asarray(x, float), strict=True):
        corner = [int(round(place)) - half - 1 for place in centre]
        if min(corner) < 0 or any(low + size + 2 > side for low, side in zip(corner, shape, strict=True)):
            continue
        pixels = np.asarray(read(tuple(slice(low, low + size + 2) for low in corner)), float)
        if np.isfinite(pixels).all():
            stamps.append(centred(pixels))
    if not stamps:
        return np.zeros((size, size)), 0
    mean = np.median(stamps, axis=0)
    return mean / mean.sum(), len(stamps)


def centred(pixels):
    """Return the inner pixels of a stamp, above the level of its border, centred and with sum 1."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])
    light = pixels - np.median(border)
    middle = (len(light) - 1) / 2
    moved = ndimage.shift(light, middle - windowed_centre(light), order=5, mode="nearest")
    inner = moved[1:-1, 1:-1]
    return inner / inner.sum()


def windowed_centre(light, n_steps=10):
    """Return the centre (y, x) of a source in a Gaussian window, as XWIN_IMAGE of Source Extractor."""
    places = np.indices(light.shape).astype(float)
    centre = np.array(light.shape) / 2 - 0.5
    width = max(half_light_radius(light) / 1.18, 0.8)
    for _ in range(n_steps):
        away = places - centre[:, None, None]
        window = light * np.exp(-(away**2).sum(axis=0) / (2 * width**2))
        centre = centre + 2 * (away * window).sum(axis=(1, 2)) / window.sum()
    return centre


def half_light_radius(light):
    """Return the radius around the middle of a stamp that contains half of its light."""
    distance = np.hypot(*(np.indices(light.shape) - (np.array(light.shape)[:, None, None] - 1) / 2)).ravel()
    order = np.argsort(distance)
    inside = np.cumsum(light.ravel()[order])
    return float(distance[order][np.argmax(inside >= inside[-1] / 2)])
