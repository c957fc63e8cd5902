"""Connected areas of an image that is read strip by strip, in the memory of a strip."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Areas:
    """Areas of pixels that are connected by their sides.

    Attributes
    ----------
    n_pixels : (k,) int
    on_border : (k,) bool
        Whether an area touches the border of the image.
    area_of : tuple of (m,) int
        For each strip, the area of each of its labels; -1 for label 0.
    """

    n_pixels: np.ndarray
    on_border: np.ndarray
    area_of: tuple

    def chosen(self, strip, number, keep):
        """Return the pixels of a strip (y, x) in the areas that `keep`, (k,) bool, selects."""
        labels, _ = ndimage.label(strip)
        return np.append(keep, False)[self.area_of[number]][labels]


def connect(strips):
    """Connect the true pixels of an image.

    Parameters
    ----------
    strips : iterable of (y, x) bool
        Consecutive rows of the image, from the first to the last.
    """
    sizes, borders, seams, n, above = [], [], [], 0, None
    starts = [0]
    for strip in strips:
        labels, n_new = ndimage.label(strip)
        sizes.append(np.bincount(labels.ravel(), minlength=n_new + 1)[1:])
        edges = [labels[:, 0], labels[:, -1], *([labels[0]] if above is None else [])]
        borders.append(place(np.concatenate(edges), n))
        if above is not None:
            both = (above > 0) & (labels[0] > 0)
            seams.append(np.stack([above[both] - 1, labels[0][both] - 1 + n]))
        above = np.where(labels[-1] > 0, labels[-1] + n, 0)
        n += n_new
        starts.append(n)
    borders.append(place(above, 0))
    return joined(
        n, np.concatenate(sizes), np.concatenate(borders), np.concatenate([np.empty((2, 0), int), *seams], 1), starts
    )


def place(labels, n_before):
    """Return the numbers in the image of the labels of a strip, without label 0."""
    found = np.unique(labels)
    return found[found > 0] - 1 + n_before


def joined(n, sizes, borders, seams, starts):
    """Return the areas that n labels form, which are joined where `seams`, (2, m), connect them."""
    links = coo_array((np.ones(seams.shape[1], bool), tuple(seams)), shape=(n, n))
    k, area = connected_components(links, directed=False) if n else (0, np.empty(0, int))
    on_border = np.zeros(k, bool)
    on_border[area[borders]] = True
    n_pixels = np.bincount(area, sizes, minlength=k).astype(int)
    pieces = zip(starts[:-1], starts[1:], strict=True)
    return Areas(n_pixels, on_border, tuple(np.append(-1, area[low:high]) for low, high in pieces))
