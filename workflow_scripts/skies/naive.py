"""Naive statistical sky: occurrence probability per tile, white discs on black."""

import numpy as np

from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Sky(parts={"sources": Part(kind="catalogue")})


class Options(Declared):
    """Tiles and discs."""

    tile_size: int = option(10, "Side of a tile.", unit="pixel", ge=1)
    white: float = option(0.0, "Level of a disc; 0: the brightest pixel of the data.", ge=0)


def compose(n, rng, scene, parts, options):
    """Yield n fields of discs with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `sources`: the catalogue of the training fields.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak, flux_radius, radius_disc.
    """
    probability = occurrence(parts["sources"], scene.shape, scene.n_training_fields, options.tile_size)
    radii = np.sqrt(np.asarray(parts["sources"]["npix"], float) / np.pi)
    white = options.white or scene.brightest
    for _ in range(n):
        rows, columns = np.nonzero(rng.random(probability.shape) < probability)
        corner = np.stack([columns, rows]) * options.tile_size
        last = np.array(scene.shape[::-1])[:, None] - 1
        x, y = corner + rng.random(corner.shape) * np.minimum(options.tile_size, last - corner)  # last tile: cut
        radius = rng.choice(radii, len(x))
        image, flux = draw_discs(scene.shape, x, y, radius, white)
        yield (
            image,
            {
                "x": x,
                "y": y,
                "flux": flux,
                "peak": np.full(len(x), white),
                "flux_radius": radius / np.sqrt(2),
                "radius_disc": radius,
            },
        )


def occurrence(sources, shape, n_fields, tile_size):
    """Return the fraction of fields in which a tile contains a source, (rows, columns)."""
    grid = (-(-shape[0] // tile_size), -(-shape[1] // tile_size))
    row = np.clip(np.asarray(sources["y"]) // tile_size, 0, grid[0] - 1).astype(int)
    column = np.clip(np.asarray(sources["x"]) // tile_size, 0, grid[1] - 1).astype(int)
    tiles = np.unique(np.stack([np.asarray(sources["field"]), row, column]), axis=1)[1:]
    return np.bincount(np.ravel_multi_index(tiles, grid), minlength=grid[0] * grid[1]).reshape(grid) / n_fields


def draw_discs(shape, x, y, radius, white):
    """Draw discs; return the image, and the flux of each disc inside it."""
    image, flux = np.zeros(shape, np.float32), np.zeros(len(x))
    low, high = (np.clip(np.round([y + way * radius, x + way * radius]), 0, None).astype(int) for way in (-1, 1))
    for i in range(len(x)):
        part = image[low[0, i] : high[0, i] + 1, low[1, i] : high[1, i] + 1]
        rows, columns = (np.arange(side) + low[axis, i] for axis, side in enumerate(part.shape))
        disc = (rows[:, None] - y[i]) ** 2 + (columns - x[i]) ** 2 <= radius[i] ** 2
        part[disc] = white
        flux[i] = white * np.count_nonzero(disc)
    return image, flux
