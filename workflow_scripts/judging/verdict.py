"""Null, interval and verdict: the same for every metric.

Resampling is by field. The null is real against real: the fields of the real test set fall into two halves at
random, again and again. A sample is compared in equal numbers: as many of its fields against one real half.
"""

import numpy as np

CONFIDENCE = 0.95
FEWEST_FIELDS = 4  # in each half: below, a null says nothing


def halves(groups, rng):
    """Deal fields into two random halves of equal size; an odd one is left out."""
    order, half = rng.permutation(groups), len(groups) // 2
    return order[:half], order[half : 2 * half]


def draw_null(real, measure, n_draws, rng):
    """Measure real against real.

    Parameters
    ----------
    real : Sample
    measure : callable
        `measure(a, b, rng)` returns a number.
    n_draws : int

    Returns
    -------
    null : (n_draws,) float

    Raises
    ------
    ValueError
        Where there are too few fields to split.
    """
    if len(real.groups) < 2 * FEWEST_FIELDS:
        raise ValueError(f"{len(real.groups)} real test fields; at least {2 * FEWEST_FIELDS} are needed for a null")
    draws = []
    for _ in range(n_draws):
        a, b = halves(real.groups, rng)
        draws.append(measure(real.take(a), real.take(b), rng))
    return np.array(draws)


def compare(real, other, measure, null, n_bootstrap, rng, limits):
    """Measure another sample against one half of the real fields, in equal numbers.

    Parameters
    ----------
    real, other : Sample
    measure : callable
    null : (n,) float
        What `draw_null` returned for the same real sample.
    n_bootstrap : int
    limits : (low, high)
        Range of the metric; intervals are cut to it.

    Returns
    -------
    result : dict
        value, low, high (95 % bootstrap over fields, its bias taken off), null_median, null_high (the null's 95 %
        point), p (share of the null at least as large), p_least (the smallest p that so many draws can give),
        n_fields (in each side).

    Raises
    ------
    ValueError
        Where the other sample has fewer fields than half of the real ones.
    """
    a, _ = halves(real.groups, rng)
    if len(other.groups) < len(a):
        raise ValueError(f"{len(other.groups)} fields; {len(a)} are needed, as many as in one half of the real ones")
    b = rng.permutation(other.groups)[: len(a)]
    value = measure(real.take(a), other.take(b), rng)
    draws = np.array(
        [measure(real.take(rng.choice(a, len(a))), other.take(rng.choice(b, len(b))), rng) for _ in range(n_bootstrap)]
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [tail, 1 - tail]) - (draws.mean() - value)
    low, high = np.clip([low, high], *limits)
    return {
        "value": value,
        "low": float(low),
        "high": float(high),
        "null_median": float(np.median(null)),
        "null_high": float(np.quantile(null, CONFIDENCE)),
        "p": float((1 + np.sum(null >= value)) / (1 + len(null))),
        "p_least": 1 / (1 + len(null)),
        "n_fields": len(a),
    }


def holm(p_values):
    """Return p-values corrected together by Holm's procedure, in the order given."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    corrected = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    result = np.empty(len(p))
    result[order] = np.minimum(corrected, 1.0)
    return result


def verdict(p, p_corrected, p_least):
    """Say in words what a corrected p-value means.

    Parameters
    ----------
    p, p_corrected : float
    p_least : float
        The smallest p that the number of null draws allows: a value beyond all of them that the correction still calls
        inside has not been decided.
    """
    if p_corrected < 1 - CONFIDENCE:
        return "outside the null"
    return "undecided: too few null draws" if p <= p_least else "inside the null"
