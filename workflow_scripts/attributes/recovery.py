"""Does a galaxy have what was asked for: attributes asked against attributes measured."""

import numpy as np

SLIDERS = ("half_light_radius", "flux", "axis_ratio")
LOGARITHMIC = ("flux",)  # compared in decades
MEANT_FOR_ONE = ("half_light_radius", "axis_ratio")  # not of mergers, which are two galaxies


def compare(asked, measured):
    """Compare what was asked with what was measured.

    Parameters
    ----------
    asked, measured : (n,) float

    Returns
    -------
    row : dict
        `r2` = 1 - sum (asked - measured)^2 / sum (asked - mean asked)^2, at most 1, NaN where all asked are the same;
        `bias`, the mean of measured - asked, and `scatter`, its standard deviation; `n`.
    """
    off = np.asarray(measured, float) - asked
    spread = float(((asked - np.mean(asked)) ** 2).sum()) if len(off) else 0.0
    r2 = 1 - float((off**2).sum()) / spread if spread > 0 else np.nan
    bias, scatter = (float(off.mean()), float(off.std())) if len(off) else (np.nan, np.nan)
    return {"r2": r2, "bias": bias, "scatter": scatter, "n": len(off)}


def compare_all(asked, measured, merger):
    """Compare every slider that was asked.

    Parameters
    ----------
    asked, measured : dict of str to (n,) float
    merger : (n,) bool

    Returns
    -------
    rows : list of dict
        `attribute` and what `compare` says. A flux that is measured as none or less counts as a thousandth of the
        smallest that was asked.
    """
    rows = []
    for name in (name for name in SLIDERS if name in asked):
        kept = ~merger if name in MEANT_FOR_ONE else np.full(len(merger), True)
        a, b = asked[name][kept], measured[name][kept]
        if name in LOGARITHMIC:
            a, b = np.log10(a), np.log10(np.maximum(b, 1e-3 * a.min(initial=np.inf)))
        rows.append({"attribute": name, **compare(a, b)})
    return rows
