"""Distances between images, minimised over rotations by 90 degrees and reflections."""

import numpy as np


def scaling(values):
    """Return an asinh scaling of pixels (n, k): linear near their median, logarithmic far from it."""
    middle = np.median(values)
    spread = np.abs(values - middle).mean()
    return lambda pixels: np.arcsinh((pixels - middle) / (spread if spread > 0 else 1.0))


def distances(images, others):
    """Return the smallest Euclidean distance over the eight orientations, (n, m).

    Parameters
    ----------
    images, others : (n, side²), (m, side²) float
        Square thumbnails, row by row.

    Raises
    ------
    ValueError
        If the thumbnails are not square.
    """
    side = int(np.sqrt(images.shape[1]))
    if side**2 != images.shape[1]:
        raise ValueError(f"thumbnails of {images.shape[1]} pixels are not square")
    product = np.full((len(images), len(others)), -np.inf)
    for rotated in orientations(images.reshape(-1, side, side)):
        np.maximum(product, rotated.reshape(len(images), -1) @ others.T, out=product)
    squared = (images**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * product
    return np.sqrt(np.maximum(squared, 0))


def orientations(images):
    """Yield square images (n, y, x) in each of their eight orientations."""
    for mirrored in (images, images[:, :, ::-1]):
        for turns in range(4):
            yield np.rot90(mirrored, turns, axes=(1, 2))


def fraction_below(one, other):
    """Return P(one < other) + P(one = other) / 2 over all pairs of the broadcast arrays."""
    return float(np.mean((one < other) + 0.5 * (one == other)))
