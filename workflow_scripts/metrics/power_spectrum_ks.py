"""Fraction of the wave numbers at which the distributions of real and generated power differ significantly.

Kolmogorov–Smirnov test of log10 P at each wave number, with the false discovery rate controlled by the procedure of
Benjamini and Hochberg 1995.
"""

from dataclasses import replace

import numpy as np
from scipy.special import kolmogorov

from workflow_scripts.metrics._distributions import Sorted
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(
    range=(0.0, 1.0),
    larger_is_worse=True,
    prepares=True,
    features={"power_spectrum": {"form": "log_mean"}},
    damages=("blurred", "noise", "background"),
)


class Options(Declared):
    """Multiple testing."""

    rate: float = option(0.05, "False discovery rate over the wave numbers.", gt=0, lt=1)


def prepare(pool, options, rng):
    """Sort the power of all images at each wave number."""
    return replace(pool, shared=Sorted.of(pool.values))


def measure(real, generated, options, rng):
    """Return the fraction of wave numbers at which the distributions of power differ significantly.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: log10 P per image and bin.
    """
    n, m = len(real.row), len(generated.row)
    gap = real.shared.largest(real.row, generated.row)
    return float(discoveries(kolmogorov(np.sqrt(n * m / (n + m)) * gap), options.rate).mean())


def discoveries(p_values, rate):
    """Return which p-values are discoveries by the procedure of Benjamini and Hochberg 1995."""
    order = np.argsort(p_values)
    passed = np.nonzero(p_values[order] <= rate * np.arange(1, len(p_values) + 1) / len(p_values))[0]
    found = np.zeros(len(p_values), bool)
    found[order[: passed[-1] + 1 if len(passed) else 0]] = True
    return found
