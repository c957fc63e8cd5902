"""Which two galaxies are blended, and where the second one goes."""

import numpy as np


def admissible_partners(magnitude, limit):
    """Return, for galaxies sorted by magnitude, the run of partners with |m1 - m2| < limit.

    Parameters
    ----------
    magnitude : (n,) float, ascending
    limit : float

    Returns
    -------
    first, last : (n,) int
        Half-open run of each galaxy's partners, itself within it.
    """
    first = np.searchsorted(magnitude, magnitude - limit, side="right")
    last = np.searchsorted(magnitude, magnitude + limit, side="left")
    return np.minimum(first, np.arange(len(magnitude))), np.maximum(last, np.arange(len(magnitude)) + 1)


class PairChooser:
    """Draws pairs of different galaxies, uniformly among all admissible ones, without a search.

    Parameters
    ----------
    magnitude : (n,) float
    limit : float
        Largest difference in magnitude.

    Raises
    ------
    ValueError
        Where no pair is admissible.
    """

    def __init__(self, magnitude, limit):
        self.order = np.argsort(magnitude, kind="stable")
        self.first, self.last = admissible_partners(np.asarray(magnitude, float)[self.order], limit)
        self.cumulative = np.cumsum(self.last - self.first - 1)
        if not len(self.cumulative) or not self.cumulative[-1]:
            raise ValueError(
                f"none of {len(magnitude)} galaxies has a partner within {limit} mag: raise max_mag_difference"
            )

    def draw(self, rng):
        """Return the rows of two galaxies."""
        pick = int(rng.integers(self.cumulative[-1]))
        one = int(np.searchsorted(self.cumulative, pick, side="right"))
        two = int(self.first[one] + pick - (self.cumulative[one - 1] if one else 0))
        return int(self.order[one]), int(self.order[two + (two >= one)])  # skip the galaxy itself


def separation_range(radii, limit, stamp_size):
    """Return the least and the largest separation of two galaxies in pixels.

    Between the larger radius and `limit` times the smaller one, at most half a stamp; where that is empty, 0.8 of the
    upper end is the lower one.
    """
    high = min(limit * min(radii), stamp_size / 2)
    low = max(radii)
    return (low if low < high else 0.8 * high), high


def draw_shift(low, high, rng):
    """Return a whole-pixel shift (x, y) whose length lies between two limits.

    Drawn among all such shifts, with a weight of 1 / length: lengths are about uniform, and so is the direction. Where
    no whole pixel lies between the limits, it is the nearest to a point that does.
    """
    x, y, weight = lattice(float(low), float(high))
    if len(x):
        pick = np.searchsorted(weight, rng.random() * weight[-1], side="right")
        return int(x[pick]), int(y[pick])
    angle = rng.uniform(0, 2 * np.pi)
    return round((low + high) / 2 * np.cos(angle)), round((low + high) / 2 * np.sin(angle))


def lattice(low, high):
    """Return the whole-pixel shifts (x, y) of a length between two limits, and the running sum of 1 / length."""
    reach = int(high)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1)
    length = np.hypot(x, y)
    kept = (length >= low) & (length <= high)
    return x[kept], y[kept], np.cumsum(1 / np.maximum(length[kept], 1.0))
