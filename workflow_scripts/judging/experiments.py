"""Standard deviation of the scores over all fields, and among fields that share their source positions."""

import numpy as np


def summarise_scores(scores, n_shared):
    """Return the mean and the standard deviations of the scores of fields, runs of which share their source positions.

    Parameters
    ----------
    scores : (n,) float
    n_shared : int
        Number of consecutive fields that share their positions; 1 where none do.

    Returns
    -------
    summary : dict
        `n_fields`, `n_layouts`, `mean`, `mean_error` (standard error over independent layouts), `sd`, `sd_within`
        (pooled over the layouts; NaN where each has one field).
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
