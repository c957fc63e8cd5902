"""Ripley's K of the sources, edge-corrected and pooled over fields: how clustered they lie up to a radius."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.features.layout import pool

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = True
TAKES = {"layout": {}}


@dataclass(frozen=True)
class Options:
    """No options: the features say at which radii."""


def measure(real, generated, options, rng):
    """Return sqrt(mean_r ((L_real - L_generated) / r)²), L = sqrt(K / pi) of constant variance (Besag 1977).

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: sums of each field (`features/layout.py`).

    Raises
    ------
    ValueError
        Where no field of a side has two sources.
    """
    one, other = (pool(side.values, side.columns) for side in (real, generated))
    apart = (np.sqrt(one["ripley_k"]) - np.sqrt(other["ripley_k"])) / (np.sqrt(np.pi) * one["radius"])
    if not np.isfinite(apart).all():
        raise ValueError("a side has no field with two sources: there are no pairs")
    return float(np.sqrt(np.mean(apart**2)))
