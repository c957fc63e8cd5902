"""Images of one band on the grid of pixels of another: resampled window by window, with variance and mask."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, log10, sqrt

import numpy as np
from astropy.wcs import WCS
from reproject import reproject_exact

from workflow_scripts.formats.sky_images import Pixels
from workflow_scripts.surveys.exposures import Exposure
from workflow_scripts.surveys.zero_points import is_per_area, parsed_unit

SAME = 0.01  # pixel; grids that differ by less are one
PROBES = 9  # positions along each axis at which grids are compared
TOUCHED = 1e-6  # weight above which a masked pixel touches a new one; smaller ones are rounding errors
WHOLE = 1 - 1e-6  # covered fraction of a new pixel above which it is inside the image
BORDER = 2  # old pixels around those that a window needs
LAGS = {"x": (0, 1), "y": (1, 0), "xy": (1, 1)}  # (y, x), at which the correlation of the noise is stated
SAMPLE = 24  # side of the window in which it is measured, pixel


@dataclass(frozen=True)
class ResampledExposure:
    """An exposure on another grid: means of its pixels, weighted by their overlap with each new pixel.

    Fluxes per pixel are multiplied by the ratio of the areas of new and old pixels. Variances are sums with squared
    weights. A new pixel that touches a masked one, or the edge of the image, is masked.

    Attributes
    ----------
    exposure : Exposure
    wcs : astropy.wcs.WCS
        Of the new grid.
    shape : (y, x)
        Of the new grid.
    """

    exposure: Exposure
    wcs: WCS
    shape: tuple

    @property
    def has_variance(self):
        """Return whether the variance of the pixels is known."""
        return self.exposure.has_variance

    @property
    def per_area(self):
        """Return whether the pixels are surface brightnesses, by their unit."""
        return is_per_area(parsed_unit(self.exposure.calibration.unit))

    @property
    def calibration(self):
        """Return the calibration of the new pixels; that of a surface brightness depends on the area of a pixel."""
        old = self.exposure.calibration
        if old.zeropoint_ab is None or not self.per_area:
            return old
        return replace(old, zeropoint_ab=old.zeropoint_ab - 2.5 * log10(self.area_ratio(*self.middle)))

    @property
    def middle(self):
        """Return the position (x, y) of the middle of the new grid."""
        return tuple((side - 1) / 2 for side in self.shape[::-1])

    @cached_property
    def reach(self):
        """Return the largest number of old pixels along an axis that a new pixel touches."""
        return 1 + ceil(sqrt(2 * self.area_ratio(*self.middle)))

    def area_ratio(self, x, y):
        """Return the area of a new pixel over that of the old pixel at the same position."""
        old = self.exposure.science.wcs
        return pixel_area(self.wcs, x, y) / pixel_area(old, *moved(self.wcs, old, x, y))

    def read(self, window=np.s_[:, :]):
        """Return the `Pixels` of a window of the new grid."""
        rows, columns = (range(side)[cut] for side, cut in zip(self.shape, window, strict=True))
        box = self.box(rows, columns)
        if box is None:
            return uncovered((len(rows), len(columns)), self.exposure.has_variance)
        old = self.exposure.read(box)
        layers = [np.where(old.masked, 0, old.image)[None], old.masked[None].astype(float)]
        if old.variance is not None:
            layers.append(combs(np.where(old.masked, 0, np.sqrt(old.variance)), self.reach))
        new, covered = self.resampled(np.concatenate(layers), box, rows, columns)
        masked = ~((new[1] <= TOUCHED) & (covered >= WHOLE))
        middle = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
        factor = 1.0 if self.per_area else self.area_ratio(*middle)
        variance = np.where(masked, np.inf, factor**2 * (new[2:] ** 2).sum(axis=0)) if len(new) > 2 else None
        return Pixels(np.where(masked, np.nan, factor * new[0]), variance, masked)

    def box(self, rows, columns):
        """Return the window of old pixels that a window of new ones needs; None if the image has none there."""
        x, y = np.meshgrid(ends(columns), ends(rows))
        places = moved(self.wcs, self.exposure.science.wcs, x, y)
        if not np.isfinite(places).all():
            return None
        lows = [max(int(place.min()) - BORDER, 0) for place in places]
        highs = [min(int(place.max()) + BORDER + 1, side) for place, side in zip(places, self.old_sides, strict=True)]
        if any(high <= low for low, high in zip(lows, highs, strict=True)):
            return None
        return slice(lows[1], highs[1]), slice(lows[0], highs[0])

    @property
    def old_sides(self):
        """Return the sides (x, y) of the exposure."""
        return self.exposure.shape[::-1]

    def resampled(self, layers, box, rows, columns):
        """Return layers (n, y, x) of a box of old pixels on a window of the new grid, and its covered fraction."""
        window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        old, new = self.exposure.science.wcs.slice(box), self.wcs.slice(window)
        shape = len(layers), len(rows), len(columns)
        pixels, covered = reproject_exact((layers, old), new, shape_out=shape)
        return pixels, covered[0]

    def noise_correlation(self):
        """Return the correlation that resampling gives to white noise in the middle, by the direction of its lag."""
        rows, columns = (
            range(max(side // 2 - SAMPLE // 2, 0), min(side // 2 + SAMPLE // 2, side)) for side in self.shape
        )
        box = self.box(rows, columns)
        if box is None:
            return {}
        shape = [cut.stop - cut.start for cut in box]
        weights, _ = self.resampled(combs(np.ones(shape), self.reach + 1), box, rows, columns)
        total = np.nansum(weights**2, axis=0).mean()
        found = {}
        for name, (down, right) in LAGS.items():
            height, width = (side - lag for side, lag in zip(weights.shape[1:], (down, right), strict=True))
            products = weights[:, :height, :width] * weights[:, down:, right:]
            found[name] = float(np.nansum(products, axis=0).mean() / total)
        return found


def is_same_grid(one, other):
    """Return whether two exposures have the same pixels; those without a WCS do if their shapes are equal."""
    if one.shape != other.shape:
        return False
    if one.science.wcs is None or other.science.wcs is None:
        return True
    x, y = np.meshgrid(*(np.linspace(0, side - 1, PROBES) for side in one.shape[::-1]))
    offset = np.hypot(*(moved(one.science.wcs, other.science.wcs, x, y) - (x, y)))
    return bool(np.isfinite(offset).any() and np.nanmax(offset) < SAME)


def on_grid(exposure, target):
    """Return an exposure on the grid of another one.

    Raises
    ------
    ValueError
        If one of them has no WCS, or they do not overlap.
    """
    for one, other in ((exposure, target), (target, exposure)):
        if one.science.wcs is None:
            sides = ["{1}x{0} px".format(*each.shape) for each in (one, other)]
            raise ValueError(
                f"{one.name}: {sides[0]} without a WCS, but {other.name} has {sides[1]}: it cannot be resampled"
            )
    found = ResampledExposure(exposure, target.science.wcs, target.shape)
    if found.box(range(target.shape[0]), range(target.shape[1])) is None:
        raise ValueError(f"{exposure.name}: it shows another part of the sky than {target.name}: give images of one")
    return found


def moved(wcs, other, x, y):
    """Return positions (x, y) of one grid in another one, (2, ...)."""
    return np.array(other.world_to_pixel(wcs.pixel_to_world(x, y)))


def pixel_area(wcs, x, y):
    """Return the area of the pixel at a position, rad2."""
    sides = [wcs.pixel_to_world(x + dx / 2, y + dy / 2) for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    units = np.array([one.cartesian.xyz.value for one in sides])
    return float(np.linalg.norm(np.cross(units[1] - units[0], units[3] - units[2])))


def ends(pixels):
    """Return positions of the outer edges of consecutive pixels, and some between."""
    return np.linspace(pixels[0] - 0.5, pixels[-1] + 0.5, PROBES)


def combs(values, period):
    """Return copies of an image that keep every `period`-th pixel along both axes, together all, (period^2, y, x)."""
    found = np.zeros((period**2, *values.shape))
    for number, (y, x) in enumerate(np.ndindex(period, period)):
        found[number, y::period, x::period] = values[y::period, x::period]
    return found


def uncovered(shape, has_variance):
    """Return the `Pixels` of a window without data."""
    return Pixels(np.full(shape, np.nan), np.full(shape, np.inf) if has_variance else None, np.ones(shape, bool))
