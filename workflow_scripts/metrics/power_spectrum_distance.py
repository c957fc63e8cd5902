"""Root-mean-square difference of the mean log power spectra of two samples."""

import numpy as np

from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(
    range=(0.0, float("inf")),
    larger_is_worse=True,
    features={"power_spectrum": {"form": "log_mean"}},
    damages=("blurred", "noise", "background"),
)


def measure(real, generated, options, rng):
    """Return sqrt(mean_k (difference of the mean log10 P)²), in dex.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: log10 P per image and bin.
    """
    difference = real.values.mean(axis=0) - generated.values.mean(axis=0)
    return float(np.sqrt(np.mean(difference**2)))
