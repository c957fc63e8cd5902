"""Layouts of two sides, pooled over their fields and held against each other."""

import numpy as np

from workflow_scripts.features.layout import pool


def difference(real, generated, statistic, lost):
    """Return by how much a statistic of the layout differs, radius by radius.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: sums of each field (`features/layout.py`).
    statistic : callable
        From what `features.layout.pool` returns to (radius,) float.
    lost : str
        What cannot be measured where no field has two sources.

    Raises
    ------
    ValueError
        Where no field of a side has two sources.
    """
    one, other = (statistic(pool(side.values, side.columns)) for side in (real, generated))
    if not np.isfinite(one - other).all():
        raise ValueError(f"a side has no field with two sources: {lost}")
    return one - other
