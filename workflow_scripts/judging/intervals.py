"""95 % confidence intervals of fractions and of means of few numbers."""

import numpy as np
from scipy.stats import norm, t

CONFIDENCE = 0.95


def fraction_interval(successes, n):
    """Return a fraction and its confidence interval (Wilson 1927), which stays within [0, 1].

    Parameters
    ----------
    successes, n : int
        `n` at least 1.

    Returns
    -------
    fraction, low, high : float
    """
    z = norm.ppf((1 + CONFIDENCE) / 2)
    fraction = successes / n
    middle = fraction + z**2 / (2 * n)
    width = z * np.sqrt(fraction * (1 - fraction) / n + z**2 / (4 * n**2))
    low, high = (middle - width) / (1 + z**2 / n), (middle + width) / (1 + z**2 / n)
    return float(fraction), max(0.0, float(low)), min(1.0, float(high))


def mean_interval(values):
    """Return the mean of independent numbers and its confidence interval, by Student's t.

    Parameters
    ----------
    values : (n,) array_like
        At least 2.

    Returns
    -------
    mean, low, high : float
    """
    values = np.asarray(values, float)
    half = t.ppf((1 + CONFIDENCE) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)
