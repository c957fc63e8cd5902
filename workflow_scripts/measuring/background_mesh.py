"""The background of an image on a mesh of cells: the same wherever a window ends, as a cell is measured as a whole."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage

from workflow_scripts.imaging.levels import float32_unit, in_unit
from workflow_scripts.measuring.detection import find_background

LEAST = 0.25  # unmasked fraction of a cell that is measured; others take the value of the nearest one
SMOOTHING = 3  # cells of the median filter, as in Source Extractor


@dataclass(frozen=True)
class BackgroundMesh:
    """Level and noise of the background.

    Attributes
    ----------
    box : int
        Side of a cell, pixel; cells begin at the first pixel of the image.
    levels, noises : (y, x, band) float64
        Of the cells; NaN where too few pixels are unmasked, or all have one value.
    """

    box: int
    levels: np.ndarray
    noises: np.ndarray

    @cached_property
    def splines(self):
        """Return spline coefficients of level and noise of each band, filtered with a median."""
        bands = range(self.levels.shape[2])
        maps = [filtered(values[..., band]) for band in bands for values in (self.levels, self.noises)]
        return [ndimage.spline_filter(one, order=3, mode="mirror") for one in maps]

    def at(self, origin, shape):
        """Return level and noise of the pixels of a window, each (y, x, band).

        Parameters
        ----------
        origin : (x, y)
            First pixel of the window in the image.
        shape : (y, x)
        """
        pixels = [first + np.arange(side) for first, side in zip(origin[::-1], shape, strict=True)]
        cells = [(one - (self.box - 1) / 2) / self.box for one in pixels]
        y, x = (spline_weights(n, places) for n, places in zip(self.levels.shape[:2], cells, strict=True))
        found = [y @ one @ x.T for one in self.splines]
        return np.stack(found[::2], axis=-1), np.fmax(np.stack(found[1::2], axis=-1), self.least_noise)

    @property
    def least_noise(self):
        """Return the smallest noise of the cells of each band, (band,): splines overshoot beside a steep change."""
        return np.fmin.reduce(self.noises, axis=(0, 1))

    @property
    def typical_noise(self):
        """Return the median noise of each band, (band,)."""
        return np.nanmedian(self.noises, axis=(0, 1))


def spline_weights(n, places):
    """Return the weights of n cubic spline coefficients at places along an axis, (places, n)."""
    each = [ndimage.map_coordinates(one, [places], order=3, mode="mirror", prefilter=False) for one in np.eye(n)]
    return np.stack(each, axis=-1)


def stored_meshes(stack):
    """Return the mesh of every image, by the number of the image.

    Parameters
    ----------
    stack : formats.stacks.Stack
        Output of `map_background`, a row per cell in the order of the pixels.
    """
    parents, rows, found = stack["parent"][:], stack["row"][:], {}
    for parent in np.unique(parents).tolist():
        cells = parents == parent
        shape = rows[cells].max() + 1, -1, stack["level"].shape[1]
        maps = (stack[name][:][cells].reshape(shape) for name in ("level", "noise"))
        found[parent] = BackgroundMesh(int(stack.attributes["box"]), *maps)
    return found


def measure_cells(image, masked, box):
    """Return level and noise of the cells of a strip of an image, each (x, band).

    Parameters
    ----------
    image : (y, x, band) float
        At most `box` rows.
    masked : (y, x, band) bool
    box : int
    """
    bands, starts = range(image.shape[2]), range(0, image.shape[1], box)
    cells = [[np.s_[:, x : x + box, band] for band in bands] for x in starts]
    found = [[cell_background(image[cell], masked[cell], box) for cell in row] for row in cells]
    return np.moveaxis(np.array(found), -1, 0)


def cell_background(pixels, masked, box):
    """Return level and noise of one cell; NaN if too few of its pixels are unmasked, or if these are all equal."""
    if masked.mean() > 1 - LEAST or np.ptp(pixels[~masked]) == 0:
        return np.nan, np.nan
    clean = np.where(masked, 0, pixels)
    unit = float32_unit(clean)
    level, noise = find_background(in_unit(np.ascontiguousarray(clean, np.float32), unit), masked.copy(), box)
    return float(level[0, 0]) * unit, noise * unit


def filtered(values):
    """Return the values of cells, NaN replaced by that of the nearest cell, filtered with a median."""
    if np.isnan(values).all():
        return np.zeros_like(values)
    nearest = ndimage.distance_transform_edt(np.isnan(values), return_distances=False, return_indices=True)
    return ndimage.median_filter(values[tuple(nearest)], SMOOTHING, mode="nearest")
