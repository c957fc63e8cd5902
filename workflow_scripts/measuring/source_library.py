"""A library of the sources of the training part, as stamps of various sizes that fall smoothly to 0.

A stamp is the light of the image times the weight of its source. It contains the light of the source and the same
fraction of the noise of the image, but neither neighbours nor sky.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

EDGE = 2  # pixel: the centre of a source whose core is closer to the edge of the data may be outside
SMOOTH = 1.5  # pixel: standard deviation of the Gaussian by which light is smoothed for comparison


@dataclass(frozen=True)
class StampPixels:
    """Pixels of the stamps of a library, concatenated.

    Attributes
    ----------
    light : (k,) float32
        Pixels of all stamps, row by row: weight times background-subtracted light.
    weight : (k,) float32
        Weight of the source in each pixel, at most 1: the ratio of the noise of the stamp to that of the image.
    """

    light: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class StampTable:
    """Stamps of a library without their pixels.

    Attributes
    ----------
    height, width : (n,) int
        Size of each stamp, pixel.
    x, y : (n,) float
        Centre of each source in its stamp, first pixel 0.
    marks : dict of str to (n,) array
        Columns of the detection, with `flux` and `peak` of the stamp; `completed` is the fraction of the flux beyond
        the edge of the data, which is restored by point reflection.
    """

    height: np.ndarray
    width: np.ndarray
    x: np.ndarray
    y: np.ndarray
    marks: dict

    def __len__(self):
        return len(self.height)


@dataclass(frozen=True)
class SourceLibrary(StampTable, StampPixels):
    """Stamps of sources, concatenated."""

    @classmethod
    def of(cls, table, pixels):
        """Return the library of a `StampTable` and its `StampPixels`."""
        return cls(**vars(pixels), **vars(table))

    def stamps(self):
        """Yield light and weight (y, x) of every source."""
        ends = np.cumsum(self.height * self.width)
        for start, end, height in zip(ends - self.height * self.width, ends, self.height, strict=True):
            yield self.light[start:end].reshape(height, -1), self.weight[start:end].reshape(height, -1)


def build_library(light, covered, region, sources, segmentation, shares):
    """Cut the sources of an image out of it, each with its share of the light.

    Parameters
    ----------
    light : (y, x) float
        Above the background.
    covered : (y, x) bool
        Where the image has data.
    region : (y, x) bool
        Where the sources of the library have their core.
    sources : dict of str to (n,) array
        `x`, `y` and further columns, in the order of the labels.
    segmentation : (y, x) int
        0 for none, else 1 + the row of the source.
    shares : list of measuring.light_sharing.Share
        In the same order.

    Returns
    -------
    library : SourceLibrary
        Of the sources whose core lies in the region and within the data.
    """
    light = np.where(covered, light, 0).astype(np.float32)
    cores = [core(light, pixels) for pixels in find_places(segmentation)]
    kept = np.nonzero([region[y, x] and away_from_edge(covered, x, y) for x, y in cores])[0]
    centroids = np.column_stack([sources["x"], sources["y"]])
    cut = [cut_out(light, covered, shares[row], centroids[row], cores[row]) for row in kept]
    return assemble(cut, {name: np.asarray(values)[kept] for name, values in sources.items()})


def find_places(segmentation):
    """Return the pixels of every label of a segmentation map, a list of (y, x)."""
    y, x = np.nonzero(segmentation)
    order = np.argsort(segmentation[y, x], kind="stable")
    ends = np.cumsum(np.bincount(segmentation[y, x])[1:])
    return [(y[order[start:end]], x[order[start:end]]) for start, end in zip([0, *ends[:-1]], ends, strict=False)]


def core(light, pixels):
    """Return x, y of the pixel at the centroid of the pixels above half of the peak of a source."""
    bright = light[pixels] >= light[pixels].max() / 2
    weight = light[pixels][bright] if light[pixels].max() > 0 else None
    y, x = (int(np.rint(np.average(one[bright], weights=weight))) for one in pixels)
    return x, y


def away_from_edge(covered, x, y):
    """Return whether all pixels within `EDGE` of a pixel have data."""
    window = covered[max(y - EDGE, 0) : y + EDGE + 1, max(x - EDGE, 0) : x + EDGE + 1]
    return window.size == (2 * EDGE + 1) ** 2 and bool(window.all())


def cut_out(light, covered, share, centroid, middle):
    """Return light, weight, centre x and y, and the completed fraction of the stamp of one source."""
    window, weight = (share.rows, share.columns), share.weight
    pixels, seen = light[window] * weight, covered[window]
    corner = np.array([share.columns.start, share.rows.start])
    if not edge_touched(share, light.shape) and seen[weight > 0].all():
        return (*trimmed(pixels, weight, *(centroid - corner)), 0.0)
    pixels, weight = (centred(one, *(middle - corner)) for one in (pixels, weight * seen))
    missing = ~data_around(covered, *middle, weight.shape)
    whole = completed(pixels, missing)
    weight = np.where(missing, weight[::-1, ::-1], weight)
    before, after = float(pixels.sum()), float(whole.sum())
    centre = weight.shape[1] // 2, weight.shape[0] // 2
    return (*trimmed(whole, weight, *centre), 1 - before / after if after > 0 else 0.0)


def completed(pixels, missing):
    """Return a stamp with the part of its source beyond the edge of the data.

    ASSUME: the source is symmetric under point reflection, and fainter beyond the edge than at the nearest pixel with
    data, as its centre lies within the data.
    """
    seen = (~missing).astype(np.float32)
    smooth = gaussian_filter(pixels, SMOOTH) / np.maximum(gaussian_filter(seen, SMOOTH), 1e-3)
    highest = smooth[tuple(distance_transform_edt(missing, return_distances=False, return_indices=True))]
    expected = gaussian_filter(pixels[::-1, ::-1], SMOOTH)
    factor = np.clip(np.divide(highest, expected, out=np.ones_like(expected), where=expected > 0), 0, 1)
    return np.where(missing, pixels[::-1, ::-1] * factor, pixels)


def data_around(covered, x, y, shape):
    """Return a mask of the data in a window of a given shape around pixel (x, y); outside the image there are none."""
    rows, columns = (np.arange(side) - side // 2 + middle for side, middle in zip(shape, (y, x), strict=True))
    inside = (rows >= 0) & (rows < covered.shape[0]), (columns >= 0) & (columns < covered.shape[1])
    window = covered[np.ix_(np.clip(rows, 0, covered.shape[0] - 1), np.clip(columns, 0, covered.shape[1] - 1))]
    return window & np.outer(*inside)


def edge_touched(share, shape):
    """Return whether the light of a source extends to the border of the image."""
    weight = share.weight
    sides = (
        (share.rows.start == 0, weight[0]),
        (share.rows.stop == shape[0], weight[-1]),
        (share.columns.start == 0, weight[:, 0]),
        (share.columns.stop == shape[1], weight[:, -1]),
    )
    return any(at and bool((edge > 0).any()) for at, edge in sides)


def centred(image, x, y):
    """Return an image zero-padded to an odd size with pixel (x, y) in the centre."""
    reach = max(y, image.shape[0] - 1 - y), max(x, image.shape[1] - 1 - x)
    window = np.zeros((2 * reach[0] + 1, 2 * reach[1] + 1), image.dtype)
    window[reach[0] - y : reach[0] - y + image.shape[0], reach[1] - x : reach[1] - x + image.shape[1]] = image
    return window


def trimmed(light, weight, x, y):
    """Return a stamp cropped to its non-zero rows and columns, and its centre."""
    rows, columns = (np.nonzero((weight > 0).any(axis=axis))[0] for axis in (1, 0))
    place = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return light[place], weight[place], x - columns[0], y - rows[0]


def assemble(cut, marks):
    """Return stamps (light, weight, x, y, completed) as a library."""
    light, weight, x, y, completed = zip(*cut, strict=True) if cut else [()] * 5
    height, width = np.array([one.shape for one in light], int).reshape(-1, 2).T
    known = {
        "flux": np.array([one.sum(dtype=float) for one in light]),
        "peak": np.array([one.max() for one in light], float),
        "completed": np.array(completed, float),
    }
    pixels = (np.concatenate([[], *(one.ravel() for one in stamps)]).astype(np.float32) for stamps in (light, weight))
    return SourceLibrary(*pixels, height, width, np.array(x), np.array(y), marks | known)
