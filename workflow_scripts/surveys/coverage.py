"""Coverage of an image that has no map of it: its border may hold one constant value where there are no data."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from workflow_scripts.formats.image_planes import strips
from workflow_scripts.imaging.areas import connect

MIN_RUN = 8  # equal consecutive pixels on the border that no noise is likely to produce
MIN_PIXELS = 64  # of an area without data
SOLID = 0.9  # fraction of its pixels in squares of 2x2; near the percolation threshold noise has some 0.5
SMALLEST_FIELD = 64**2  # pixels; smaller islands are sources on a constant sky, not the coverage of a survey


@dataclass(frozen=True)
class Coverage:
    """Where an image has data.

    Attributes
    ----------
    shape : (y, x)
    value : float or None
        Constant value of the pixels without data; None if there are none besides NaN.
    n_uncovered : int
        Pixels of that value in the areas without data.
    packed : (y, ceil(x / 8)) uint8 or None
        Bits of the pixels without data.
    """

    shape: tuple
    value: float | None = None
    n_uncovered: int = 0
    packed: np.ndarray | None = None

    def uncovered(self, window=np.s_[:, :]):
        """Return the pixels of a window without data, (y, x) bool."""
        rows, columns = (range(side)[cut] for side, cut in zip(self.shape, window, strict=True))
        if self.packed is None:
            return np.zeros((len(rows), len(columns)), bool)
        bits = np.unpackbits(self.packed[window[0]], axis=1, count=self.shape[1])
        return bits[:, window[1]].view(bool)

    @property
    def words(self):
        """Return a note about the area without data, for the log."""
        share = self.n_uncovered / (self.shape[0] * self.shape[1])
        return (
            f"{100 * share:.1f} % of the image, connected with its border, have the value {self.value:g} and are taken "
            "as not covered: set the option uncovered: none if they are sky"
        )


def find_coverage(plane):
    """Find the area without data of an image, by its border.

    An area has no data if its pixels have one value, are connected with the border, number at least `MIN_PIXELS` and
    lie in squares of four, unlike equal pixels of quantised noise. It is the sky itself, of an image without noise, if
    it leaves islands that are mostly smaller than a field. Pixels that are NaN have no data in any case.

    Parameters
    ----------
    plane : formats.image_planes.ImagePlane
    """
    value = border_value(plane)
    if value is None:
        return Coverage(plane.shape)
    windows = list(strips(plane.shape))
    areas = connect(plane.read(window) == value for window in windows)
    keep = areas.on_border & (areas.n_pixels >= MIN_PIXELS)
    packed, n_solid = [], 0
    for number, window in enumerate(windows):
        chosen = areas.chosen(plane.read(window) == value, number, keep)
        n_solid += int(np.count_nonzero(in_squares(chosen)))
        packed.append(np.packbits(chosen, axis=1))
    found = Coverage(plane.shape, value, int(areas.n_pixels[keep].sum()), np.concatenate(packed))
    solid = found.n_uncovered and n_solid >= SOLID * found.n_uncovered
    return found if solid and leaves_fields(found, plane, windows) else Coverage(plane.shape)


def in_squares(area):
    """Return the pixels of an area (y, x) in squares of 2x2 pixels of it; beyond the edges all pixels belong to it."""
    padded = np.pad(area, 1, constant_values=True)
    return ndimage.binary_opening(padded, np.ones((2, 2)))[1:-1, 1:-1] & area


def leaves_fields(coverage, plane, windows):
    """Return whether at least half of the covered pixels are in areas as large as a field."""
    areas = connect(np.isfinite(plane.read(window)) & ~coverage.uncovered(window) for window in windows)
    smallest = min(SMALLEST_FIELD, plane.shape[0] * plane.shape[1] / 4)
    total = areas.n_pixels.sum()
    return total == 0 or areas.n_pixels[areas.n_pixels >= smallest].sum() >= total / 2


def border_value(plane):
    """Return the most frequent value of runs of equal pixels on the border of an image, or None."""
    height, width = plane.shape
    edges = np.s_[0:1, :], np.s_[height - 1 : height, :], np.s_[:, 0:1], np.s_[:, width - 1 : width]
    values = np.concatenate([in_runs(plane.read(edge).ravel()) for edge in edges])
    if not len(values):
        return None
    found, counts = np.unique(values, return_counts=True)
    return found[counts.argmax()]


def in_runs(line):
    """Return the pixels of a line in runs of at least `MIN_RUN` equal finite values."""
    starts = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    lengths = np.diff(np.append(starts, len(line)))
    long = np.isfinite(line[starts]) & (lengths >= MIN_RUN)
    return np.repeat(line[starts[long]], lengths[long])
