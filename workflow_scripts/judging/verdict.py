"""Null, interval and verdict: the same for every metric.

Resampling is by field. The null is real against real: the fields of the real test set fall into two halves at
random, again and again. A sample is compared in equal numbers: as many of its fields against a real half, for several
halves. The null is the band that the value is read against. The p comes from a permutation of the fields, which is
exact where real and generated fields are exchangeable (docs/judging.md).
"""

import numpy as np

from workflow_scripts.judging.sample import Sample

CONFIDENCE = 0.95
LEVEL = 0.05
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
        Where there are too few fields to split, or values that are no numbers.
    """
    check(real, real)
    if len(real.groups) < 2 * FEWEST_FIELDS:
        raise ValueError(f"{len(real.groups)} real test fields; at least {2 * FEWEST_FIELDS} are needed for a null")
    draws = []
    for _ in range(n_draws):
        a, b = halves(real.groups, rng)
        draws.append(measure(real.take(a), real.take(b), rng))
    return np.array(draws)


def compare(real, other, measure, null, n_bootstrap, rng, limits, halves_rng, larger_is_worse=True):
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
    larger_is_worse : bool
        Which end of the null a bad sample lies at.

    Returns
    -------
    result : dict
        value (median over the halves), low, high (95 % bootstrap over fields, its bias taken off), null_median,
        null_high (the 95 % point of the null towards the worse), p (`permutation_p`), p_least (the smallest p that so
        many draws can give), n_fields (in each side of the value).

    Raises
    ------
    ValueError
        Where the other sample has fewer fields than half of the real ones, other columns, or values that are no
        numbers.
    """
    check(real, other)
    n_fields = len(real.groups) // 2
    if len(other.groups) < n_fields:
        raise ValueError(f"{len(other.groups)} fields; {n_fields} are needed, as many as in one half of the real ones")
    pairs = [(halves(real.groups, halves_rng)[0], rng.permutation(other.groups)[:n_fields]) for _ in range(N_HALVES)]
    values = np.array([measure(real.take(a), other.take(b), rng) for a, b in pairs])
    value = np.median(values)
    low, high = np.clip(interval(real, other, measure, pairs, value, n_bootstrap, rng), *limits)
    return {
        "value": float(value),
        "low": float(low),
        "high": float(high),
        "null_median": float(np.median(null)),
        "null_high": float(np.quantile(null, CONFIDENCE if larger_is_worse else 1 - CONFIDENCE)),
        "p": permutation_p(real, other, measure, len(null), rng, larger_is_worse),
        "p_least": 1 / (1 + len(null)),
        "n_fields": n_fields,
    }


def check(real, other):
    """Refuse samples that cannot be compared: other columns, or values that are no numbers."""
    if real.values.shape[1] != other.values.shape[1]:
        raise ValueError(f"{other.values.shape[1]} columns of features; the real fields have {real.values.shape[1]}")
    for name, sample in (("real sample", real), ("sample", other)):
        broken = ~np.isfinite(sample.values).all(axis=1)
        if broken.any():
            raise ValueError(f"{name}: features of {broken.sum()} of {len(broken)} images are no finite numbers")


def permutation_p(real, other, measure, n_draws, rng, larger_is_worse):
    """Return the share of random exchanges of fields between two samples that look at least as bad as the truth.

    All real fields against as many others, or all others against as many real ones, whichever are fewer. Both lie in
    one pool; each draw deals it into two sides anew. Exact where the fields are exchangeable: P(p <= a) <= a.
    Phipson and Smyth 2010: p = (1 + draws at least as bad) / (1 + draws).
    """
    n_fields, sign = min(len(real.groups), len(other.groups)), 1 if larger_is_worse else -1
    pool = pooled([sample.take(rng.permutation(sample.groups)[:n_fields]) for sample in (real, other)])

    def dealt(order):
        return sign * measure(pool.take(order[:n_fields]), pool.take(order[n_fields:]), rng)

    truth = dealt(np.arange(2 * n_fields))
    draws = np.array([dealt(rng.permutation(2 * n_fields)) for _ in range(n_draws)])
    return float((1 + np.sum(draws >= truth - 1e-12 * abs(truth))) / (1 + n_draws))


def pooled(samples):
    """Return one sample of all, its fields numbered from 0 in the order of the samples."""
    rows = [np.unique(sample.group, return_inverse=True)[1] for sample in samples]
    first = np.cumsum([0] + [len(sample.groups) for sample in samples[:-1]])
    group = np.concatenate([row + start for row, start in zip(rows, first, strict=True)])
    return Sample(np.concatenate([sample.values for sample in samples]), group)


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
    if p_corrected <= LEVEL:
        return "outside the null"
    if p <= p_least:
        return "undecided: too few null draws"
    return "undecided: outside before correction for the number of metrics" if p <= LEVEL else "inside the null"
