"""Layered sky: a background of independent pixels, coordinates and stars, each generated alone; the larger wins."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.imaging.background import draw_background
from workflow_scripts.imaging.coordinates import unpack_coordinates

NEEDS = {"stars": "stage", "coordinates": "stage", "background": "background"}


@dataclass(frozen=True)
class Options:
    """`round_to`: step of the data's grey levels, 0 for continuous ones."""

    round_to: float = 0.0

    def __post_init__(self):
        if self.round_to < 0:
            raise ValueError("round_to: at least 0")


def compose(n, rng, parts, options):
    """Yield n layered fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    parts : dict
        `shape` (y, x); `stars`, `coordinates`: samplers; `background`: dict of the density's `edges` and
        `probability`.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of what the source adds to the background.
    """
    shape = parts["shape"]
    places = [unpack_coordinates(row, shape[1]) for row in parts["coordinates"](n, rng)]
    stars = iter(parts["stars"](sum(len(xy) for xy in places), rng))
    for xy in places:
        image = draw_background(shape, **parts["background"], rng=rng, round_to=options.round_to)
        added = [put(image, next(stars), x, y, options.round_to) for x, y in xy]
        yield image, dict(zip(("x", "y", "flux", "peak"), np.array(added, float).reshape(-1, 4).T, strict=True))


def put(image, star, x, y, round_to):
    """Put a star's stamp into an image, the larger of both per pixel, in place.

    Returns
    -------
    x, y : float
        Centroid of the light that it adds (a generated star need not be centred in its stamp); where it adds none, the
        place where it was put.
    flux, peak : float
    """
    size = len(star)
    x0, y0 = round(x) - size // 2, round(y) - size // 2
    rows = slice(max(y0, 0), max(min(y0 + size, image.shape[0]), 0))
    columns = slice(max(x0, 0), max(min(x0 + size, image.shape[1]), 0))
    stamp = star[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0]
    if round_to:
        stamp = np.round(stamp / round_to) * round_to
    before = image[rows, columns].copy()
    np.maximum(before, stamp, out=image[rows, columns])
    added = image[rows, columns] - before
    flux = float(added.sum(dtype=np.float64))
    if flux <= 0:
        return round(x), round(y), 0.0, 0.0
    y_mean, x_mean = (float((added.sum(axis=1 - axis) * np.arange(added.shape[axis])).sum()) / flux for axis in (0, 1))
    return columns.start + x_mean, rows.start + y_mean, flux, float(added.max())
