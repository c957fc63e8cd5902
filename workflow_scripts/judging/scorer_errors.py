"""Mean absolute error of a scorer, and the difference of the errors of two scorers on the same images."""

import numpy as np


def mean_error(predicted, actual, group, rng, n_bootstrap):
    """Return the mean absolute error, its 95 % bootstrap interval over blocks, and that of a constant prediction."""
    error, names = np.abs(predicted - actual), np.unique(group)
    low, high = interval_of_mean(error, group, rng, n_bootstrap)
    return {
        "mae": float(error.mean()),
        "mae_low": low,
        "mae_high": high,
        "mae_constant": float(np.abs(actual - np.median(actual)).mean()),
        "n_test": len(error),
        "n_blocks": len(names),
    }


def mean_difference(error, other, group, rng, n_bootstrap):
    """Return the mean of the paired difference of two errors (n,), and its 95 % bootstrap interval over blocks."""
    difference = error - other
    return float(difference.mean()), *interval_of_mean(difference, group, rng, n_bootstrap)


def interval_of_mean(values, group, rng, n_bootstrap):
    """Return the 95 % bootstrap interval of the mean of values (n,); all images of a block are drawn together."""
    names, row = np.unique(group, return_inverse=True)
    total, count = np.bincount(row, values), np.bincount(row)
    means = np.empty(n_bootstrap)
    for number in range(n_bootstrap):
        drawn = rng.integers(len(names), size=len(names))
        means[number] = total[drawn].sum() / count[drawn].sum()
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
