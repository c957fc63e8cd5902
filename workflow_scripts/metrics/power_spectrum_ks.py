"""Share of the wave numbers at which real and generated power are told apart.

Kolmogorov–Smirnov test of log10 P at each wave number; the false discovery rate of all of them is held by
Benjamini and Hochberg 1995.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import kolmogorov

RANGE = (0.0, 1.0)
LARGER_IS_WORSE = True
TAKES = {"power_spectrum": {"form": "log_mean"}}


@dataclass(frozen=True)
class Options:
    """`rate` of false discoveries among the wave numbers found, above 0 and below 1."""

    rate: float = 0.05

    def __post_init__(self):
        if not 0 < self.rate < 1:
            raise ValueError("rate: above 0 and below 1")


def measure(real, generated, options, rng):
    """Return the share of wave numbers at which the distributions of power differ.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: log10 P per image and bin.
    """
    n, m = len(real.values), len(generated.values)
    gap = largest_gap(real.values, generated.values)
    return float(discoveries(kolmogorov(np.sqrt(n * m / (n + m)) * gap), options.rate).mean())


def largest_gap(one, other):
    """Return the largest difference of the two cumulative distributions, column by column.

    Parameters
    ----------
    one, other : (n, k), (m, k) float

    Returns
    -------
    gap : (k,) float
        In [0, 1].
    """
    values = np.concatenate([one, other])
    step = np.repeat([1 / len(one), -1 / len(other)], [len(one), len(other)])
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    last = np.ones(values.shape, bool)  # of equal values: in between, the distributions are not defined
    last[:-1] = ranked[1:] != ranked[:-1]
    return np.abs(np.where(last, np.cumsum(step[order], axis=0), 0)).max(axis=0)


def discoveries(p_values, rate):
    """Return which p-values Benjamini and Hochberg's procedure accepts as discoveries."""
    order = np.argsort(p_values)
    passed = np.nonzero(p_values[order] <= rate * np.arange(1, len(p_values) + 1) / len(p_values))[0]
    found = np.zeros(len(p_values), bool)
    found[order[: passed[-1] + 1 if len(passed) else 0]] = True
    return found
