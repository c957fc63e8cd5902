"""Mahalanobis distance between the mean features of two samples (Hotelling 1931).

Correlated features, such as the power at all wave numbers, which rises with brightness, count once; a small change of
their ratios is detected.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(
    range=(0.0, float("inf")), larger_is_worse=True, prepares=True, damages=("blurred", "noise", "background")
)


class Options(Declared):
    """Regularisation."""

    shrinkage: float = option(
        0.005, "Shrinkage of the correlation towards independence; above 0 where features are collinear.", ge=0, le=1
    )


def prepare(pool, options, rng):
    """Whiten the features over all images; a constant one is left out."""
    spread = pool.values.std(axis=0)
    scaled = (pool.values - pool.values.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    correlation = scaled.T @ scaled / len(scaled)
    correlation = (1 - options.shrinkage) * correlation + options.shrinkage * np.eye(len(correlation))
    return replace(pool, values=np.linalg.solve(np.linalg.cholesky(correlation), scaled.T).T)


def measure(real, generated, options, rng):
    """Return the norm of the difference of the mean features, in standard deviations over both samples.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.
    """
    return float(np.linalg.norm(real.values.mean(axis=0) - generated.values.mean(axis=0)))
