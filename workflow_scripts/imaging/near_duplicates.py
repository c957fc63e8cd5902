"""Near duplicates among pictures: copies that were compressed, resized, brightened, turned or mirrored.

A perceptual hash proposes pairs, the correlation of the detail of thumbnails decides. The hash has the signs of the 63
lowest coefficients of the cosine transform of a thumbnail. Detail is what a mean over 9x9 pixels of the thumbnail does
not show: without it, round nebulae around one centre correlate as copies do.
"""

import numpy as np
from scipy.fft import dctn
from scipy.ndimage import uniform_filter
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workflow_scripts.imaging.fields import turn
from workflow_scripts.imaging.squares import area_mean

SIDE, SMOOTH = 32, 9  # of a thumbnail, and of the mean that its detail is measured against; pixel
N_FREQUENCIES = 8  # per axis
MOST_BITS = 12  # in which the hashes of a proposed pair differ
SYMMETRIES = range(8)
ROWS = 64  # pictures compared with all others at once


def thumbnail(image):
    """Return the mean of the bands of a square picture, (y, x) or (y, x, band), as (32, 32) float32."""
    return area_mean(image if image.ndim == 2 else image.mean(axis=-1), SIDE)


def hashes(thumbnails):
    """Return the hashes of thumbnails (n, 32, 32), (n,) uint64."""
    above = thumbnails - thumbnails.mean(axis=(1, 2), keepdims=True)
    low = dctn(above, axes=(1, 2))[:, :N_FREQUENCIES, :N_FREQUENCIES].reshape(len(thumbnails), -1)
    return np.packbits(low > 0, axis=1, bitorder="little").view(np.uint64)[:, 0] & ~np.uint64(1)


def find_pairs(thumbnails, min_correlation):
    """Return the pairs of near duplicates, (k, 2) int, the smaller row first; symmetric ones may occur repeatedly.

    Parameters
    ----------
    thumbnails : (n, 32, 32)
    min_correlation : float
        Least correlation of the detail of a thumbnail with that of another one, turned or mirrored.
    """
    detail, own = details(thumbnails), hashes(thumbnails)
    found = [np.empty((0, 2), int)]
    for symmetry in SYMMETRIES:
        hashes_turned = hashes(np.stack([turn(one, symmetry) for one in thumbnails]))
        turned = np.stack([turn(one, symmetry) for one in detail]).reshape(len(detail), -1)
        for start in range(0, len(own), ROWS):
            rows = slice(start, start + ROWS)
            proposed = np.bitwise_count(own[rows, None] ^ hashes_turned[None, start:]) <= MOST_BITS
            columns = np.flatnonzero(proposed.any(axis=0))
            correlation = detail[rows].reshape(len(proposed), -1) @ turned[start + columns].T
            first, second = np.nonzero(proposed[:, columns] & (correlation >= min_correlation))
            pairs = start + np.stack([first, columns[second]], axis=1)
            found.append(pairs[pairs[:, 0] < pairs[:, 1]])
    return np.concatenate(found)


def details(thumbnails):
    """Return the detail of thumbnails (n, 32, 32), with square sum 1; those without any are all alike."""
    fine = thumbnails - uniform_filter(thumbnails, (1, SMOOTH, SMOOTH))
    scale = np.sqrt((fine**2).sum(axis=(1, 2), keepdims=True))
    constant = scale <= 1e-5 * np.abs(thumbnails).max(axis=(1, 2), keepdims=True)
    return np.where(constant, np.float32(1 / SIDE), fine / np.where(constant, 1, scale))


def joined_groups(groups, pairs):
    """Return groups (n,) of pictures, numbered from 0, with those joined that a pair (k, 2) of pictures connects."""
    first, second = groups[pairs].T
    links = coo_array((np.ones(len(pairs), bool), (first, second)), shape=(groups.max() + 1,) * 2)
    return connected_components(links, directed=False)[1][groups]
