"""Distances of sources to their nearest neighbour: largest difference of the cumulative distributions."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.features.layout import pool

RANGE = (0.0, 1.0)
LARGER_IS_WORSE = True
TAKES = {"layout": {}}


@dataclass(frozen=True)
class Options:
    """No options: the features say at which radii."""


def measure(real, generated, options, rng):
    """Return max_r |D_real(r) - D_generated(r)|, D the share of sources with a neighbour closer than r.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: sums of each field (`features/layout.py`).

    Raises
    ------
    ValueError
        Where no field of a side has two sources.
    """
    one, other = (pool(side.values, side.columns)["nearest"] for side in (real, generated))
    if not np.isfinite(one - other).all():
        raise ValueError("a side has no field with two sources: there is no nearest neighbour")
    return float(np.abs(one - other).max())
