"""95 % intervals of shares and of means of few numbers."""

import numpy as np
from scipy.stats import norm, t

CONFIDENCE = 0.95


def share(successes, n):
    """Return a share and its interval (Wilson 1927), which stays within [0, 1].

    Parameters
    ----------
    successes, n : int
        `n` at least 1.

    Returns
    -------
    share, low, high : float
    """
    z = norm.ppf((1 + CONFIDENCE) / 2)
    found = successes / n
    middle, width = found + z**2 / (2 * n), z * np.sqrt(found * (1 - found) / n + z**2 / (4 * n**2))
    low, high = (middle - width) / (1 + z**2 / n), (middle + width) / (1 + z**2 / n)
    return float(found), max(0.0, float(low)), min(1.0, float(high))


def mean(values):
    """Return the mean of independent numbers and its interval, by Student's t.

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
