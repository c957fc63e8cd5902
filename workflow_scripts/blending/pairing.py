"""Random choice of the galaxies of blends and of their shifts, for blocks of blends."""

import numpy as np


def admissible_partners(magnitude, limit):
    """Return, for galaxies sorted by magnitude, the range of partners with |m1 - m2| < limit.

    Parameters
    ----------
    magnitude : (n,) float, ascending
    limit : float

    Returns
    -------
    first, last : (n,) int
        Half-open range of the partners of each galaxy, which includes the galaxy itself.
    """
    first = np.searchsorted(magnitude, magnitude - limit, side="right")
    last = np.searchsorted(magnitude, magnitude + limit, side="left")
    return np.minimum(first, np.arange(len(magnitude))), np.maximum(last, np.arange(len(magnitude)) + 1)


class MemberChooser:
    """Draws distinct galaxies, uniformly among all admissible pairs, without rejection.

    Galaxy 1 is drawn with the number of its partners as weight, the others among these partners: each satisfies the
    limit on the magnitude difference to galaxy 1. For a blend of one galaxy all galaxies are equally likely.

    Parameters
    ----------
    magnitude : (n,) float
    limit : float
        Largest difference in magnitude.

    Raises
    ------
    ValueError
        If no pair is admissible.
    """

    def __init__(self, magnitude, limit):
        magnitude = np.asarray(magnitude, float)
        self.limit, self.order = limit, np.argsort(magnitude, kind="stable")
        self.first, self.last = admissible_partners(magnitude[self.order], limit)
        self.partners = self.last - self.first - 1
        if not self.partners.any():
            raise ValueError(
                f"none of {len(magnitude)} galaxies has a partner within {limit} mag: raise max_mag_difference"
            )

    def draw(self, counts, n_columns, rng):
        """Return the members of blends, -1 in empty slots.

        Parameters
        ----------
        counts : (b,) int
            Number of galaxies of each blend.
        n_columns : int
        rng : numpy.random.Generator

        Returns
        -------
        members : (b, n_columns) int
            Rows of galaxies.

        Raises
        ------
        ValueError
            If no galaxy has as many partners as a blend needs.
        """
        one = np.empty(len(counts), int)
        for count in np.unique(counts):
            chosen = counts == count
            one[chosen] = self.draw_first(int(count), int(chosen.sum()), rng)
        taken = (one - self.first[one])[:, None]  # positions in the range of partners, ascending
        members = np.full((len(counts), n_columns), -1)
        members[:, 0] = self.order[one]
        for g in range(1, n_columns):
            free = self.partners[one] - g + 1
            place = rng.integers(0, np.maximum(free, 1))
            for used in taken.T:
                place += place >= used
            members[:, g] = np.where(
                counts > g, self.order[np.minimum(self.first[one] + place, len(self.order) - 1)], -1
            )
            taken = np.sort(np.column_stack([taken, place]), axis=1)
        return members

    def draw_first(self, count, n, rng):
        """Return the ranks in magnitude of the first galaxies of n blends of `count` galaxies."""
        weight = np.where(self.partners >= count - 1, self.partners, 0) if count > 1 else np.ones_like(self.partners)
        if not weight.any():
            raise ValueError(
                f"a blend of {count} galaxies needs {count - 1} partners within {self.limit} mag; of "
                f"{len(self.order)} galaxies none has more than {self.partners.max()}: raise max_mag_difference"
            )
        cumulative = np.cumsum(weight)
        return np.searchsorted(cumulative, rng.integers(cumulative[-1], size=n), side="right")


def separation_range(one, other, limit, stamp_size):
    """Return the smallest and the largest separation of two galaxies in pixels.

    It is between the larger radius and `limit` times the smaller one, at most half a stamp; if that range is empty, the
    lower limit is 0.8 of the upper one.

    Parameters
    ----------
    one, other : (n,) float
        Radii in pixels.
    limit, stamp_size : float

    Returns
    -------
    low, high : (n,) float
    """
    high = np.minimum(limit * np.minimum(one, other), stamp_size / 2)
    low = np.maximum(one, other)
    return np.where(low < high, low, 0.8 * high), high


class ShiftChooser:
    """Draws shifts (x, y) with lengths between limits, about uniform in length and direction.

    Whole-pixel shifts are drawn among all in the range, with a weight of 1 / length; if there is none, the shift is a
    rounded one of a length in the range.

    Parameters
    ----------
    reach : float
        Largest length in pixels.
    subpixel : bool
    """

    def __init__(self, reach, subpixel):
        self.subpixel = subpixel
        y, x = np.mgrid[-int(reach) : int(reach) + 1, -int(reach) : int(reach) + 1].reshape(2, -1)
        order = np.argsort(np.hypot(x, y), kind="stable")
        self.x, self.y = x[order], y[order]
        self.length = np.hypot(self.x, self.y)
        self.cumulative = np.concatenate([[0], np.cumsum(1 / np.maximum(self.length, 1.0))])

    def draw(self, low, high, rng):
        """Return shifts, (n, 2) float; sub-pixel ones are multiples of 0.0001 pixel, the precision of catalogues."""
        quantile, angle = rng.random(len(low)), rng.uniform(0, 2 * np.pi, len(low))
        direction = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        if self.subpixel:
            return np.round((low + quantile * (high - low))[:, None] * direction, 4)
        first, last = np.searchsorted(self.length, low, side="left"), np.searchsorted(self.length, high, side="right")
        start, end = self.cumulative[first], self.cumulative[np.maximum(first, last)]
        pick = np.searchsorted(self.cumulative, start + quantile * (end - start), side="right") - 1
        pick = np.clip(pick, 0, len(self.x) - 1)
        near = np.round(((low + high) / 2)[:, None] * direction)
        return np.where((last > first)[:, None], np.stack([self.x[pick], self.y[pick]], axis=-1), near)


def uniform_shifts(n, shape, subpixel, rng):
    """Return shifts (n, 2) from the centre of a stamp to uniform random positions in it."""
    height, width = shape
    half, size = np.array([width // 2, height // 2]), np.array([width, height])
    shift = rng.uniform(-0.5, 0.5, (n, 2)) * size
    return np.round(shift, 4) if subpixel else np.minimum(np.floor(shift + size / 2), size - 1) - half
