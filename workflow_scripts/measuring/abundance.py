"""Rates of sources of each size, calibrated so that detection finds as many as in the data.

Detection loses sources that larger ones hide, and those that noise and a shift bring below the threshold: small sources
more often than large ones. Rates are corrected by the completeness, measured by detection in composed and in real
fields. The largest sources are never lost and hold most of the light: they stay as frequent as in the data.
"""

import numpy as np


def calibrate_rates(rate, size, real, detected, n_bins, rounds):
    """Return rates of sources with which fields hold as many detected sources of each size as real ones.

    Parameters
    ----------
    rate, size : (n,) float
        Of each source of the library: its expected number per pixel of sky, and its pixels above the threshold.
    real : (m,) float
        Sizes of the sources detected in real fields.
    detected : callable
        From rates and the number of the round to the sizes of the sources detected in composed fields, and the number
        of these fields over that of the real ones.
    n_bins : int
        Of size, equally full in the data.
    rounds : int
    """
    edges = np.unique(np.quantile(real, np.linspace(0, 1, n_bins + 1)[1:-1]))
    own, wanted = np.digitize(size, edges), counts(real, edges)
    for number in range(rounds):
        sizes, repeated = detected(rate, number)
        found = counts(sizes, edges) / repeated
        factor = np.where(found > 0, wanted / np.maximum(found, 1e-9), 1.0)
        factor[-1] = 1.0
        rate = rate * factor[own]
    return rate


def counts(sizes, edges):
    """Return the number of sources in each bin of size."""
    return np.bincount(np.digitize(sizes, edges), minlength=len(edges) + 1)
