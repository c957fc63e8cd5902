"""Blends of Gaussians whose separate images are known, as the tests of deblenders use them."""

import numpy as np

from workflow_scripts.settings.contracts.deblenders import Blend

SIZE, WIDTH = 48, 2.0


def gaussian(x, y, flux=5000.0):
    """Return a Gaussian (y, x)."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * WIDTH**2))
    return (flux * light / (2 * np.pi * WIDTH**2)).astype(np.float32)


def pair(separation, colours=((1.0,), (1.0,)), noise=1.0, seed=0):
    """Return a blend of two Gaussians and their images (2, y, x, band); `colours` are the fluxes of each by band."""
    places = np.array([[16.0, 24.0], [16.0 + separation, 24.0]])
    truth = np.stack(
        [gaussian(*place)[..., None] * np.float32(one) for place, one in zip(places, colours, strict=True)]
    )
    image = truth.sum(axis=0) + noise * np.random.default_rng(seed).standard_normal(truth.shape[1:]).astype(np.float32)
    return Blend(0, image, np.full_like(image, max(noise, 1e-3) ** 2), None, places), truth
