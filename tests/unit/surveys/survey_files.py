"""Little survey images with known sky, written as FITS."""

import numpy as np
from astropy.io import fits

SKY, NOISE = 100.0, 5.0


def sky(shape=(200, 220), seed=0, level=SKY):
    """Return sky with noise, float32."""
    return np.random.default_rng(seed).normal(level, NOISE, shape).astype(np.float32)


def rotated_footprint(shape, angle=20.0, size=0.7):
    """Return where an image that was rotated by some degrees has data, (y, x) bool."""
    y, x = np.indices(shape) - (np.array(shape)[:, None, None] - 1) / 2
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    half = size * np.array(shape) / 2
    return (np.abs(c * y - s * x) < half[0]) & (np.abs(s * y + c * x) < half[1])


def written(path, pixels, name="", **cards):
    """Write one image and return its path as text."""
    hdu = fits.PrimaryHDU(pixels)
    for key, value in cards.items():
        hdu.header[key] = value
    hdu.writeto(path)
    return str(path)


def tangent(scale=0.06, shape=(200, 220), angle=0.0, shift=(0.0, 0.0), position=(53.16, -27.79)):
    """Return the cards of a WCS whose centre is shifted by some pixels (x, y) and turned by some degrees."""
    c, s = np.cos(np.radians(angle)) * scale / 3600, np.sin(np.radians(angle)) * scale / 3600
    matrix = {"CD1_1": -c, "CD1_2": s, "CD2_1": s, "CD2_2": c}
    centre = {f"CRPIX{axis}": (shape[2 - axis] + 1) / 2 + shift[axis - 1] for axis in (1, 2)}
    types = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": position[0], "CRVAL2": position[1]}
    return {**types, **centre, **matrix}
