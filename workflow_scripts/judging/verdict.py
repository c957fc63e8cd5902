"""Null, interval and verdict: the same for every metric.

Resampling is by field. The null is real against real: the fields of the real test set fall into two halves at
random, again and again. A sample is compared in equal numbers: as many of its fields against a real half, for several
halves. The null is the band that the value is read against. The p comes from a permutation of the fields, which is
exact where real and generated fields are exchangeable (docs/judging.md).
"""

import numpy as np

from workflow_scripts.judging.sample import equally_dense, pooled

CONFIDENCE = 0.95
LEVEL = 0.05
N_HALVES = 20  # real halves that a sample is compared with: one alone would let the draw decide
LARGEST_DAMAGE = 0.2  # a metric that finds larger ones alone cannot call a sample inside
FEWEST_FIELDS = 4  # in each half: below, a null says nothing


def halves(groups, rng):
    """Deal fields into two random halves of equal size; an odd one is left out."""
    order, half = rng.permutation(groups), len(groups) // 2
    return order[:half], order[half : 2 * half]


def draw_null(real, metric, n_draws, rng):
    """Measure real against real.

    Parameters
    ----------
    real : Sample
    metric : Metric
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
    pool = metric.prepare(real, rng)
    return np.array([measured(metric, pool, *halves(pool.groups, rng), rng) for _ in range(n_draws)])


def measured(metric, pool, real, generated, rng):
    """Return the metric of two sides of a pool, given by their fields."""
    return metric.measure(pool.take(real), pool.take(generated), rng)


def compare(real, other, metric, null, n_bootstrap, rng, halves_rng):
    """Measure another sample against real halves, in equal numbers.

    Parameters
    ----------
    real, other : Sample
    metric : Metric
    null : (n,) float
        What `draw_null` returned for the same real sample.
    n_bootstrap : int
    rng : numpy.random.Generator
    halves_rng : numpy.random.Generator
        Draws the real halves: hand in the same one for every sample, and all meet the same halves.

    Returns
    -------
    result : dict
        value (median over the halves), low, high (95 % bootstrap over fields, its bias taken off), null_median,
        null_high (the 95 % point of the null towards the worse), p (`permutation_p`), tied (the share of the exchanges
        that give what the truth gives), p_least (the smallest p that so many draws can give), worse (`larger` or
        `smaller` values), n_fields (in each side of the value).

    Raises
    ------
    ValueError
        Where the other sample has fewer fields than half of the real ones, other columns, or values that are no
        numbers.
    """
    check(real, other)
    n_real, n_fields = len(real.groups), len(real.groups) // 2
    if len(other.groups) < n_fields:
        raise ValueError(f"{len(other.groups)} fields; {n_fields} are needed, as many as in one half of the real ones")
    real, other = equally_dense([real, other], rng)
    pool = metric.prepare(pooled([real, other]), rng)
    reals, others = pool.groups[:n_real], pool.groups[n_real:]
    pairs = [(halves(reals, halves_rng)[0], rng.permutation(others)[:n_fields]) for _ in range(N_HALVES)]
    value = np.median([measured(metric, pool, *pair, rng) for pair in pairs])
    low, high = np.clip(interval(pool, metric, pairs, value, n_bootstrap, rng), *metric.limits)
    truth, draws = exchange(real, other, metric, len(null), rng)
    return {
        "value": float(value),
        "low": float(low),
        "high": float(high),
        "null_median": float(np.median(null)),
        "null_high": float(np.quantile(null, CONFIDENCE if metric.larger_is_worse else 1 - CONFIDENCE)),
        "p": rank_p(truth, draws, rng),
        "tied": float(equal(draws, truth).mean()),
        "p_least": 1 / (1 + len(null)),
        "worse": "larger" if metric.larger_is_worse else "smaller",
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


def permutation_p(real, other, metric, n_draws, rng):
    """Return the share of random exchanges of fields between two samples that look at least as bad as the truth.

    All real fields against as many others, or all others against as many real ones, whichever are fewer. Both lie in
    one pool; each draw deals it into two sides anew. Phipson and Smyth 2010: p = (1 + draws at least as bad) /
    (1 + draws). Draws that are as bad to the last digit stand before or after the truth by chance: so P(p <= a) = a
    where the fields are exchangeable and a (1 + draws) is a whole number, whatever the metric.
    """
    return rank_p(*exchange(real, other, metric, n_draws, rng), rng)


def exchange(real, other, metric, n_draws, rng):
    """Return how bad another sample looks beside the real one, and so do exchanges of their fields, (n_draws,)."""
    n_fields, sign = min(len(real.groups), len(other.groups)), 1 if metric.larger_is_worse else -1
    pool = pooled([sample.take(rng.permutation(sample.groups)[:n_fields]) for sample in (real, other)])
    pool = metric.prepare(pool, rng)
    orders = [pool.groups, *(rng.permutation(pool.groups) for _ in range(n_draws))]
    truth, *draws = (sign * measured(metric, pool, order[:n_fields], order[n_fields:], rng) for order in orders)
    return truth, np.array(draws)


def rank_p(truth, draws, rng):
    """Return (1 + draws above the truth) / (1 + draws), ties broken at random."""
    ties = equal(draws, truth)
    above = np.sum((draws > truth) & ~ties)
    return float((1 + above + rng.integers(1 + ties.sum())) / (1 + len(draws)))


def equal(draws, truth):
    """Tell which draws give what the truth gives, to the last digit."""
    return np.isclose(draws, truth, rtol=1e-12, atol=0)


def interval(pool, metric, pairs, value, n_bootstrap, rng):
    """Return the 95 % bootstrap interval over fields, (low, high), the bias of repeated fields taken off."""
    draws = []
    for number in range(n_bootstrap):
        a, b = (drawn_again(side, rng) for side in pairs[number % len(pairs)])
        draws.append(measured(metric, pool, a, b, rng))
    tail = (1 - CONFIDENCE) / 2
    return np.quantile(draws, [tail, 1 - tail]) - (np.mean(draws) - value)


def drawn_again(fields, rng):
    """Return as many fields drawn with repetition; never one alone, of which many a metric says nothing."""
    while True:
        drawn = rng.choice(fields, len(fields))
        if len(fields) < 2 or (drawn != drawn[0]).any():
            return drawn


def holm(p_values):
    """Return p-values corrected together by Holm's procedure, in the order given."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    corrected = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    result = np.empty(len(p))
    result[order] = np.minimum(corrected, 1.0)
    return result


def verdict(p, p_corrected, p_least, finds=None, beyond=False):
    """Say in words what a value and its corrected p mean.

    Parameters
    ----------
    p, p_corrected : float
    p_least : float
        The smallest p that the number of null draws allows: a value beyond all of them that the correction still calls
        inside has not been decided.
    finds : float or None
        The smallest damage that the metric finds with this number of fields; None where it is unknown.
    beyond : bool
        Whether the value is beyond 95 % of the null, though its p is not small: fields so unlike each other that any
        exchange of them gives as much.
    """
    if p_corrected <= LEVEL:
        return "outside the null"
    if p <= p_least:
        return "undecided: too few null draws"
    if p <= LEVEL:
        return "undecided: outside before correction for the number of metrics"
    if beyond:
        return "undecided: beyond the null, but so are exchanges of its fields"
    if finds is not None and finds > LARGEST_DAMAGE:
        found = f"damages below {finds:.2g} are" if np.isfinite(finds) else "no damage is"
        return f"undecided: with this number of fields {found} {'not ' if np.isfinite(finds) else ''}found"
    return "inside the null" if finds is not None else "inside the null, power unknown"
