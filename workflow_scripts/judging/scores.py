"""The error of a scorer."""

import numpy as np


def mean_error(predicted, actual, group, rng, n_bootstrap):
    """Return the mean absolute error, its 95 % interval by bootstrap over fields, and that of a constant guess."""
    error = np.abs(predicted - actual)
    names, row = np.unique(group, return_inverse=True)
    total, count = np.bincount(row, error), np.bincount(row)
    drawn = rng.integers(len(names), size=(n_bootstrap, len(names)))
    low, high = np.quantile(total[drawn].sum(1) / count[drawn].sum(1), [0.025, 0.975])
    return {
        "mae": float(error.mean()),
        "mae_low": float(low),
        "mae_high": float(high),
        "mae_constant": float(np.abs(actual - np.median(actual)).mean()),
        "n_test": len(error),
        "n_fields": len(names),
    }
