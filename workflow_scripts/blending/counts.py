"""Numbers of galaxies per blend."""

import numpy as np
from scipy.stats import poisson

MAX_TRUNCATION = 0.01  # probability of a Poisson law beyond its upper limit


def n_columns(law):
    """Return the largest number of galaxies per blend of a law."""
    return law.low if law.law == "fixed" else law.high


def draw_counts(law, area_arcmin2, n, rng):
    """Return the number of galaxies of n blends.

    Parameters
    ----------
    law : settings.blending.NumberOfGalaxies
        `law`: `fixed` (`low` galaxies), `uniform` (`low` to `high`, inclusive) or `poisson` (1 to `high`; the
        mean before truncation is `density_per_arcmin2` times the area).
    area_arcmin2 : float or None
        Area of a stamp.
    """
    if law.law == "fixed":
        return np.full(n, law.low)
    if law.law == "uniform":
        return rng.integers(law.low, law.high, size=n, endpoint=True)
    cumulative = np.cumsum(poisson_law(law.density_per_arcmin2, area_arcmin2, law.high))
    return 1 + np.minimum(np.searchsorted(cumulative, rng.random(n), side="right"), law.high - 1)


def poisson_law(density_per_arcmin2, area_arcmin2, high):
    """Return the probability of 1 to `high` galaxies: the Poisson law given that there is at least one.

    Raises
    ------
    ValueError
        If the area is unknown, or the upper limit truncates more than one per cent of the law.
    """
    if area_arcmin2 is None:
        raise ValueError("a surface density needs the pixel scale of the stamps, which is unknown: use another law")
    mean = density_per_arcmin2 * area_arcmin2
    lost = poisson.sf(high, mean) / poisson.sf(0, mean)
    if lost > MAX_TRUNCATION:
        raise ValueError(
            f"{mean:.3g} galaxies per stamp on average ({density_per_arcmin2} per arcmin2 on {area_arcmin2:.3g} "
            f"arcmin2): n_galaxies.high {high} truncates {100 * lost:.0f} % of the blends: raise it"
        )
    probability = poisson.pmf(np.arange(1, high + 1), mean)
    return probability / probability.sum()
