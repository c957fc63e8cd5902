"""Positions of sources at which detection resolves all of them.

Detection blends two sources that are too close, and the stamp of a blend contains the light of both. If stamps were
placed as close to each other, fewer sources would be counted than in the data. Therefore the smaller of two sources
that are too close is moved to another position.
"""

import numpy as np

from workflow_scripts.scenes.thinning import blended_pairs

MOST_ROUNDS = 30  # in crowded fields some sources remain blended


def scatter(positions, radius, separation, nearest, redraw):
    """Return positions at which no source is hidden by another one.

    Parameters
    ----------
    positions : (n, 2) float
        First positions of the sources.
    radius : (n,) float
        Radius of each source, pixel.
    separation : float
        Minimum distance of two sources, in units of the sum of their radii.
    nearest : float
        Minimum distance of two sources of any size, pixel.
    redraw : callable
        Function of all positions and the rows (m,) of the sources to be moved that returns their new positions (m, 2).
    """
    for _ in range(MOST_ROUNDS if separation > 0 or nearest > 0 else 0):
        moved = hidden(positions, radius, separation, nearest)
        if not len(moved):
            break
        positions[moved] = redraw(positions, moved)
    return positions


def hidden(positions, radius, separation, nearest=0.0):
    """Return the rows of the sources that are blended with a larger one, or with an earlier one of equal size."""
    pairs = blended_pairs(positions, separation * radius), blended_pairs(positions, np.full(len(radius), nearest / 2))
    first, second = (np.concatenate(one) for one in zip(*pairs, strict=True))
    second_hides = (radius[second] > radius[first]) | ((radius[second] == radius[first]) & (second < first))
    return np.unique(np.where(second_hides, first, second))
