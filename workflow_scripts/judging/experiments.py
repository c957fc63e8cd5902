"""How much of the scores' deviation lies between fields that share something, and how much within."""

import numpy as np


def deviations(scores, n_shared):
    """Return mean and deviations of the scores of fields of which runs of `n_shared` share their positions.

    Parameters
    ----------
    scores : (n,) float
    n_shared : int
        Fields in a run; 1 where none share anything.

    Returns
    -------
    numbers : dict
        `n_fields, n_layouts, mean, mean_error` (of independent layouts)`, sd, sd_within` (pooled over the runs; NaN for
        runs of one).
    """
    n_layouts = -(-len(scores) // n_shared)
    runs = np.split(np.asarray(scores, float), np.arange(1, n_layouts) * n_shared)
    means = [run.mean() for run in runs]
    degrees = len(scores) - n_layouts
    within = np.sqrt(sum(((run - run.mean()) ** 2).sum() for run in runs) / degrees) if degrees else float("nan")
    error = np.std(means, ddof=1) / np.sqrt(n_layouts) if n_layouts > 1 else float("nan")
    return {
        "n_fields": len(scores),
        "n_layouts": n_layouts,
        "mean": float(np.mean(scores)),
        "mean_error": float(error),
        "sd": float(np.std(scores, ddof=1)) if len(scores) > 1 else float("nan"),
        "sd_within": float(within),
    }
