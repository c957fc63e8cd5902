"""Null, interval and verdict: the same for every metric.

Resampling is by field. The null is real against real: the fields of the real test set fall into two halves at
random, again and again. A sample is compared in equal numbers: as many of its fields against a real half, for several
halves. The null is that of these real fields: how much other real fields would differ from them, it can only estimate.
"""

import numpy as np

CONFIDENCE = 0.95
N_HALVES = 20  # real halves that a sample is compared with: one alone would let the draw decide
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


def compare(real, other, measure, null, n_bootstrap, rng, limits, halves_rng):
    """Measure another sample against real halves, in equal numbers.

    Parameters
    ----------
    real, other : Sample
    measure : callable
    null : (n,) float
        What `draw_null` returned for the same real sample.
    n_bootstrap : int
    rng : numpy.random.Generator
    limits : (low, high)
        Range of the metric; intervals are cut to it.
    halves_rng : numpy.random.Generator
        Draws the real halves: hand in the same one for every sample, and all meet the same halves.

    Returns
    -------
    result : dict
        value (median over the halves), low, high (95 % bootstrap over fields, its bias taken off), null_median,
        null_high (the null's 95 % point), p, p_least (the smallest p that so many draws can give), n_fields (in each
        side). p is the median, over the halves, of the share of the null at least as large. ASSUME: that is a p; it
        is a cautious one. On two samples of one population, 20 fields each, it falls below 0.05 in 1 % of the trials,
        and it finds a true difference as often as the p of one half does, which falls there in 7 %.

    Raises
    ------
    ValueError
        Where the other sample has fewer fields than half of the real ones.
    """
    n_fields = len(real.groups) // 2
    if len(other.groups) < n_fields:
        raise ValueError(f"{len(other.groups)} fields; {n_fields} are needed, as many as in one half of the real ones")
    pairs = [(halves(real.groups, halves_rng)[0], rng.permutation(other.groups)[:n_fields]) for _ in range(N_HALVES)]
    values = np.array([measure(real.take(a), other.take(b), rng) for a, b in pairs])
    value, shares = np.median(values), [(1 + np.sum(null >= one)) / (1 + len(null)) for one in values]
    low, high = np.clip(interval(real, other, measure, pairs, value, n_bootstrap, rng), *limits)
    return {
        "value": float(value),
        "low": float(low),
        "high": float(high),
        "null_median": float(np.median(null)),
        "null_high": float(np.quantile(null, CONFIDENCE)),
        "p": float(np.median(shares)),
        "p_least": 1 / (1 + len(null)),
        "n_fields": n_fields,
    }


def interval(real, other, measure, pairs, value, n_bootstrap, rng):
    """Return the 95 % bootstrap interval over fields, (low, high), the bias of repeated fields taken off."""
    draws = []
    for number in range(n_bootstrap):
        a, b = (rng.choice(side, len(side)) for side in pairs[number % len(pairs)])
        draws.append(measure(real.take(a), other.take(b), rng))
    tail = (1 - CONFIDENCE) / 2
    return np.quantile(draws, [tail, 1 - tail]) - (np.mean(draws) - value)


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
    level = 1 - CONFIDENCE
    if p_corrected < level:
        return "outside the null"
    if p <= p_least:
        return "undecided: too few null draws"
    return "undecided: outside before correction for the number of metrics" if p < level else "inside the null"
