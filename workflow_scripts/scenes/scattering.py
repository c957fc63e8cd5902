"""Sources placed so that none hides another.

Detection makes one source of two that overlap too much, and the light of the hidden one is already part of the other
one's stamp: stamps that overlap as much would lose sources from the counts. So the smaller of two that are too near is
moved to another position.
"""

import numpy as np

from workflow_scripts.scenes.thinning import blended_pairs

MOST_ROUNDS = 30  # of moving; a field too crowded keeps what overlaps then


def scatter(radius, separation, draw):
    """Return positions for sources of given radii.

    Parameters
    ----------
    radius : (n,) float
        Of each source, pixel.
    separation : float
        Least distance of two sources over the sum of their radii.
    draw : callable
        From a number to as many positions (n, 2) of the process.

    Returns
    -------
    positions : (n, 2) float
    """
    positions = draw(len(radius))
    for _ in range(MOST_ROUNDS if separation > 0 else 0):
        moved = hidden(positions, radius, separation)
        if not len(moved):
            break
        positions[moved] = draw(len(moved))
    return positions


def hidden(positions, radius, separation):
    """Return the rows of the sources that lie too near to a larger one; of equals, to an earlier one."""
    first, second = blended_pairs(positions, separation * radius)
    second_hides = (radius[second] > radius[first]) | ((radius[second] == radius[first]) & (second < first))
    return np.unique(np.where(second_hides, first, second))
