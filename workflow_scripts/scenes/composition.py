"""Fields composed of a library's sources and the noise that these do not bring.

A stamp carries its share of the image's noise, weight w times it. So the field between the sources is added with the
amplitude sqrt(1 - sum w^2): the variance is that of the data, except where stamps overlap and already carry more, which
cannot be taken away.
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.scenes.point_process import draw_positions
from workflow_scripts.scenes.scattering import scatter
from workflow_scripts.scenes.stamp_resampling import Placement, render

SYMMETRIES = 8
OVERFULL = 1.02  # of the data's variance: pixels above it are counted


@dataclass(frozen=True)
class Pattern:
    """Where sources lie.

    Attributes
    ----------
    rate : (n,) float
        Expected number of each source of the library per pixel.
    radius : (n,) float
        Of its isophote, pixel.
    field_spread, members, width : float
        Of the Thomas process, as of `scenes.point_process`; no members for independent sources.
    separation : float
        Least distance of two sources over the sum of their radii.
    """

    rate: np.ndarray
    radius: np.ndarray
    field_spread: float = 0.0
    members: float = 0.0
    width: float = 1.0
    separation: float = 0.0


@dataclass(frozen=True)
class Changes:
    """How stamps differ from their originals: scatter of log flux and log size, symmetry, subpixel shift."""

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
        Of the noise, over that of the data's sky: 1, and more where stamps overlap.
    placement : scenes.stamp_resampling.Placement
        Its sources, and those outside whose stamps reach into it.
    """

    image: np.ndarray
    relative_variance: np.ndarray
    placement: Placement


def draw_placements(rng, n, shape, pattern, reach, changes):
    """Draw the sources of n fields, and of the sky around each as far as a stamp reaches.

    Sources are drawn for all fields at once, by systematic sampling in the order of size: it takes the sampling error
    off the number of the few large ones that hold most of the light.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
    shape : (y, x)
    pattern : Pattern
    reach : int
        Pixel.
    changes : Changes

    Returns
    -------
    placements : list of scenes.stamp_resampling.Placement
    """
    sides = tuple(side + 2 * reach for side in shape)
    process = {name: getattr(pattern, name) for name in ("field_spread", "members", "width")}
    process["n_sources"] = pattern.rate.sum() * np.prod(sides)
    drawn = [draw_positions(rng, process, sides) for _ in range(n)]
    rows = systematic(rng, pattern.rate, pattern.radius, sum(len(one) for one in drawn))
    ends = np.cumsum([len(one) for one in drawn])[:-1]
    pairs = zip(drawn, np.split(rows, ends), strict=True)
    return [place(rng, positions, row, sides, pattern, reach, changes) for positions, row in pairs]


def systematic(rng, rate, size, n):
    """Return n rows drawn with probabilities as rates, evenly along the order of size, in random order."""
    order = np.argsort(size, kind="stable")
    at = (np.arange(n) + rng.random()) / max(n, 1)
    cumulative = np.cumsum(rate[order])
    rows = order[np.searchsorted(cumulative, at * cumulative[-1], side="right").clip(max=len(order) - 1)]
    return rng.permutation(rows)


def place(rng, positions, row, sides, pattern, reach, changes):
    """Return one field's sources at positions at which none hides another, changed at random."""
    first = [positions]

    def draw(n):
        # ASSUME: a source that is moved away from a larger one may lie anywhere
        return first.pop() if first else rng.uniform(-0.5, np.array(sides[::-1]) - 0.5, (n, 2))

    n = len(row)
    positions = scatter(pattern.radius[row], pattern.separation, draw) - reach
    x, y = (positions if changes.subpixel else np.round(positions)).T
    symmetry = rng.integers(SYMMETRIES, size=n) if changes.turn else np.zeros(n, int)
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
    image = sky(rng) * np.sqrt(np.maximum(1 - variance, 0))
    image += light
    image += np.float32(rng.choice(sky.levels))
    return Field(image, np.maximum(variance, 1), placement)


def overfull_pixels(relative_variance):
    """Return the number of pixels whose variance is above the data's."""
    return int(np.count_nonzero(relative_variance > OVERFULL))
