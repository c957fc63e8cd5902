"""Sketches of catalogues: maps of the sources of a field, on which a network is conditioned that paints them.

The first map has the exponential profile of every source, with its flux, half-light radius, axis ratio and position
angle; the second one a narrow Gaussian of its flux at its position, which tells neighbours apart and shows positions to
fractions of a pixel. Both are in the unit of the pixels, and add where sources overlap.
"""

import numpy as np

COLUMNS = ("x", "y", "flux", "flux_radius", "axis_ratio", "theta")
HALF_LIGHT = 1.6783  # half-light radius of an exponential profile in scale lengths
SOFT = 0.5  # pixel: radius within which the profile is flat, so that it changes smoothly with the position
REACH = 9.0  # scale lengths: beyond, an exponential profile has 0.1 % of its light
LEAST_RADIUS, LEAST_RATIO = 0.7, 0.1  # pixel; of drawn profiles
WIDTH = 0.8  # pixel: standard deviation of the Gaussians
MARKED = 4  # pixel: half side of their squares


def detected_catalogue(sources):
    """Return the columns of a sketch for detected sources, a dict as `measuring.detection.detect` returns it."""
    return {
        "x": np.asarray(sources["x"], float),
        "y": np.asarray(sources["y"], float),
        "flux": np.asarray(sources["flux"], float),
        "flux_radius": np.asarray(sources["flux_radius"], float),
        "axis_ratio": 1.0 - np.asarray(sources["ellipticity"], float),
        "theta": np.asarray(sources["theta"], float),
    }


def draw_sketch(catalogue, shape):
    """Draw the sources of a field and those whose light extends into it.

    Parameters
    ----------
    catalogue : dict of str to (n,) float
        `x`, `y` (pixel, first pixel 0), `flux`, `flux_radius` (half-light radius, pixel), `axis_ratio`, `theta`
        (degrees from x towards y).
    shape : (y, x)

    Returns
    -------
    sketch : (y, x, 2) float32
        Profiles and Gaussians, in units of flux per pixel.
    """
    sketch = np.zeros((*shape, 2))
    for x, y, flux, radius, ratio, theta in zip(*(catalogue[name] for name in COLUMNS), strict=True):
        place, profile, _ = profile_of(x, y, flux, radius, ratio, theta, shape)
        sketch[(*place, 0)] += profile
        place, dx, dy = square_around(x, y, MARKED, shape)
        sketch[(*place, 1)] += flux * np.exp(-(dx**2 + dy**2) / (2 * WIDTH**2)) / (2 * np.pi * WIDTH**2)
    return sketch.astype(np.float32)


def profile_of(x, y, flux, radius, ratio, theta, shape):
    """Return the profile of a source in a field: its rows and columns, its pixels, and the fraction of its flux."""
    scale, ratio = max(radius, LEAST_RADIUS) / HALF_LIGHT, max(ratio, LEAST_RATIO)
    reach = int(np.ceil(REACH * scale / np.sqrt(ratio)))
    place, dx, dy = square_around(x, y, reach, shape)
    profile = flux * exponential(dx, dy, scale, ratio, theta)
    whole = min(dx.size, dy.size) == 2 * reach + 1
    return place, profile, 1.0 if whole else min(float(profile.sum()) / flux, 1.0)


def square_around(x, y, reach, shape):
    """Return the pixels of a field within a square, as slices, and their distances from (x, y) along both axes."""
    rows, columns = (
        slice(min(max(round(middle) - reach, 0), side), max(min(round(middle) + reach + 1, side), 0))
        for middle, side in zip((y, x), shape, strict=True)
    )
    down, across = (np.arange(part.start, part.stop) for part in (rows, columns))
    return (rows, columns), across[None, :] - x, down[:, None] - y


def exponential(dx, dy, scale, ratio, theta):
    """Return an elliptical exponential profile of flux 1 whose circularised scale length is `scale`."""
    cosine, sine = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
    along, across = dx * cosine + dy * sine, dy * cosine - dx * sine
    radius = np.sqrt(along**2 * ratio + across**2 / ratio + SOFT**2)
    return np.exp(-(radius - SOFT) / scale) / (2 * np.pi * scale * (scale + SOFT))
