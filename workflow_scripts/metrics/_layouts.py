"""Difference of a statistic of the source layout between two sides, each pooled over its fields."""

import numpy as np

from workflow_scripts.features.layout import pool


def difference(real, generated, statistic, undefined):
    """Return the difference of a statistic of the layout, real minus generated, at each radius.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`: sums of each field (`features/layout.py`).
    statistic : callable
        Maps the return value of `features.layout.pool` to (radius,) float.
    undefined : str
        Name of the quantity that is undefined if no field has two sources.

    Raises
    ------
    ValueError
        If no field of a side has two sources.
    """
    one, other = (statistic(pool(side.values, side.columns)) for side in (real, generated))
    if not np.isfinite(one - other).all():
        raise ValueError(f"no field with two sources in a sample: {undefined}")
    return one - other
