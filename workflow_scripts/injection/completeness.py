"""Completeness as a function of magnitude: fractions with intervals, a fitted curve, and its limits."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

LEVELS = (0.9, 0.5)
CONFIDENCE = (2.5, 97.5)


@dataclass(frozen=True)
class Curve:
    """A completeness curve, plateau / (1 + exp((mag - middle) / width)).

    Attributes
    ----------
    plateau : float
        Completeness of bright sources.
    middle, width : float
        Mag.
    """

    plateau: float
    middle: float
    width: float

    def __call__(self, mag):
        """Return the completeness at magnitudes."""
        return self.plateau * expit(-(np.asarray(mag) - self.middle) / self.width)

    def limit(self, level):
        """Return the magnitude at which the completeness is a level; NaN if it is never that high."""
        return self.middle - self.width * logit(level / self.plateau) if self.plateau > level else np.nan


def fit_curve(mag, recovered):
    """Fit a curve to sources by maximum likelihood; None unless some are recovered and some are not.

    Parameters
    ----------
    mag : (n,) float
    recovered : (n,) bool
    """
    if recovered.all() or not recovered.any():
        return None
    start = np.array([logit(min(max(recovered.mean() * 1.2, 0.6), 0.98)), np.median(mag), np.log(np.std(mag) / 4)])

    def minus_log_likelihood(parameters):
        plateau, middle, width = expit(parameters[0]), parameters[1], np.exp(np.clip(parameters[2], -6, 6))
        share = np.clip(Curve(plateau, middle, width)(mag), 1e-9, 1 - 1e-9)
        return -np.where(recovered, np.log(share), np.log1p(-share)).sum()

    found = minimize(minus_log_likelihood, start, method="Nelder-Mead", options={"maxiter": 600, "xatol": 1e-3})
    return Curve(float(expit(found.x[0])), float(found.x[1]), float(np.exp(np.clip(found.x[2], -6, 6))))


def limits_of(mag, recovered, n_bootstrap, rng):
    """Return the fitted curve, and the magnitude at each of `LEVELS` with a 95 % bootstrap interval over sources.

    Returns
    -------
    curve : Curve or None
    limits : dict of float to (value, low, high)
        NaN where undefined.
    """
    curve = fit_curve(mag, recovered)
    drawn = [rng.integers(len(mag), size=len(mag)) for _ in range(n_bootstrap)] if curve else []
    curves = [fit_curve(mag[rows], recovered[rows]) for rows in drawn]
    return curve, {level: estimate(curve, [one for one in curves if one], level) for level in LEVELS}


def estimate(curve, curves, level):
    """Return the limit of a curve, and the 95 % range of those of other curves; NaN for an end that is undefined.

    The limit of a curve that is never as high as the level is brighter than any magnitude.
    """
    value = curve.limit(level) if curve else np.nan
    if not (np.isfinite(value) and curves):
        return float(value), np.nan, np.nan
    found = np.array([one.limit(level) for one in curves])
    ends = np.percentile(np.where(np.isfinite(found), found, -np.inf), CONFIDENCE, method="nearest")
    low, high = np.where(np.isfinite(ends), ends, np.nan)
    return float(value), float(low), float(high)


def without_chance(share, chance):
    """Return the completeness without matches by chance: of the sources that would not be matched anyway."""
    return (share - chance) / (1 - chance) if chance < 1 else np.nan
