"""Fields composed of the sources of a library and of noise.

The noise of a stamp is that of the image times the weight w of the source. The field between the sources is therefore
added with the amplitude sqrt(1 - sum w^2). The variance is then that of the data, except where the stamps alone exceed
it because they overlap.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.scenes.companions import draw_hosts
from workflow_scripts.scenes.point_process import ThomasProcess, draw_positions
from workflow_scripts.scenes.scattering import scatter
from workflow_scripts.scenes.stamp_resampling import Placement, render, turned

SYMMETRIES = 8
OVERFULL = 1.02  # relative variance above which pixels are counted


@dataclass(frozen=True)
class Pattern:
    """Distribution of the positions of sources.

    Attributes
    ----------
    rate : (n,) float
        Expected number of each source of the library per pixel.
    radius : (n,) float
        Radius of its isophote, pixel.
    field_spread, members, width : float
        Parameters of the Thomas process of `scenes.point_process`; 0 members for independent sources.
    separation : float
        Minimum distance of two sources, in units of the sum of their radii.
    nearest : float
        Minimum distance of two sources of any size, pixel.
    bright : (n,) bool
        Sources that the detection of the study finds; None for none.
    companions, companion_width : float
        Fraction of the bright sources that lie near a larger bright one; standard deviation of their distance along
        each axis, pixel.
    """

    rate: np.ndarray
    radius: np.ndarray
    field_spread: float = 0.0
    members: float = 0.0
    width: float = 1.0
    separation: float = 0.0
    nearest: float = 0.0
    bright: np.ndarray | None = None
    companions: float = 0.0
    companion_width: float = 1.0


@dataclass(frozen=True)
class LibrarySources:
    """The sources of a library without their pixels.

    Attributes
    ----------
    stamps : measuring.source_library.StampTable
        Their stamps and marks.
    pattern : Pattern
        Of their positions.
    """

    stamps: object
    pattern: Pattern


@dataclass(frozen=True)
class Changes:
    """Random changes of the stamps: scatter of log flux and log size, symmetries, subpixel shifts."""

    flux: float = 0.0
    size: float = 0.0
    turn: bool = True
    subpixel: bool = True


@dataclass(frozen=True)
class Field:
    """A composed field.

    Attributes
    ----------
    image : (y, x) float32
    relative_variance : (y, x) float32
        Ratio of the variance of the noise to that of the sky of the data: 1, or more where stamps overlap.
    placement : scenes.stamp_resampling.Placement
        Its sources, and sources outside whose stamps extend into it.
    """

    image: np.ndarray
    relative_variance: np.ndarray
    placement: Placement


def draw_placements(rng, n, shape, pattern, squares, changes):
    """Draw the sources of n fields, including those outside whose stamps extend into a field.

    Sources are drawn for all fields at once by systematic sampling in the order of size. This reduces the variance of
    the number of large sources, which are few and contain most of the light.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
    shape : (y, x)
    pattern : Pattern
    squares : scenes.stamp_resampling.StampSquares
    changes : Changes

    Returns
    -------
    placements : list of scenes.stamp_resampling.Placement
    """
    sides = tuple(side + 2 * squares.reach for side in shape)
    n_sources = pattern.rate.sum() * np.prod(sides)
    process = ThomasProcess(pattern.members, pattern.width, pattern.field_spread, n_sources)
    drawn = [draw_positions(rng, process, sides) for _ in range(n)]
    rows = systematic(rng, pattern.rate, pattern.radius, sum(len(one) for one in drawn))
    ends = np.cumsum([len(one) for one in drawn])[:-1]
    pairs = zip(drawn, np.split(rows, ends), strict=True)
    return [place(rng, positions, row, sides, pattern, squares, changes) for positions, row in pairs]


def systematic(rng, rate, size, n):
    """Return n rows by systematic sampling with probabilities proportional to the rates, in random order."""
    order = np.argsort(size, kind="stable")
    at = (np.arange(n) + rng.random()) / max(n, 1)
    cumulative = np.cumsum(rate[order])
    rows = order[np.searchsorted(cumulative, at * cumulative[-1], side="right").clip(max=len(order) - 1)]
    return rng.permutation(rows)


def place(rng, positions, row, sides, pattern, squares, changes):
    """Return the sources of one field with random changes, at positions at which all of them are resolved."""
    n, radius = len(row), pattern.radius[row]
    host = draw_hosts(rng, radius, pattern.bright[row], pattern.companions) if pattern.companions else np.full(n, -1)

    def near_hosts(positions, rows):
        return positions[host[rows]] + pattern.companion_width * rng.standard_normal((len(rows), 2))

    def redraw(positions, rows):
        # ASSUME: the new position of an unresolved source is uniform, independent of the process
        drawn = rng.uniform(-0.5, np.array(sides[::-1]) - 0.5, (len(rows), 2))
        return np.where(host[rows, None] >= 0, near_hosts(positions, rows), drawn)

    companions = np.flatnonzero(host >= 0)
    positions[companions] = near_hosts(positions, companions)
    positions = scatter(positions, radius, pattern.separation, pattern.nearest, redraw) - squares.reach
    symmetry = rng.integers(SYMMETRIES, size=n) if changes.turn else np.zeros(n, int)
    x, y = (positions if changes.subpixel else np.round(positions) + turned(squares.offset[row], symmetry)).T
    flux, size = (np.exp(deviation * rng.standard_normal(n)) for deviation in (changes.flux, changes.size))
    return Placement(row, x, y, symmetry, flux, size)


def compose_field(rng, squares, placement, sky):
    """Compose one field.

    Parameters
    ----------
    rng : numpy.random.Generator
    squares : scenes.stamp_resampling.StampSquares
    placement : Placement
    sky : measuring.unresolved_light.UnresolvedSampler

    Returns
    -------
    field : Field
    """
    light, variance = render(sky.shape, squares, placement)
    return Field(over_sky(rng, light, variance, sky), np.maximum(variance, 1), placement)


def over_sky(rng, light, variance, sky):
    """Return the light of sources (y, x) over the field between them, which adds what their noise variance lacks."""
    image = sky(rng) * np.sqrt(np.maximum(1 - variance, 0))
    image += light
    image += np.float32(rng.choice(sky.levels))
    return image


def overfull_pixels(relative_variance):
    """Return the number of pixels with more variance than the data."""
    return int(np.count_nonzero(relative_variance > OVERFULL))
