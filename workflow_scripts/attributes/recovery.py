"""Attribute recovery: how well the measured attributes of galaxies agree with the requested ones."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.attributes.known import AXIS_RATIO, FLUX, HALF_LIGHT_RADIUS

RECOVERED = (HALF_LIGHT_RADIUS, FLUX, AXIS_RATIO)
OF_SINGLE_GALAXIES = (HALF_LIGHT_RADIUS, AXIS_RATIO)  # not compared for mergers, which are two galaxies
FAINTEST = 1e-3  # of the smallest requested value: what a measured value of zero or less counts as


@dataclass(frozen=True)
class Recovery:
    """Requested and measured attributes of the same galaxies.

    Attributes
    ----------
    requested, measured : dict of str to (n,) float
    merger : (n,) bool
    """

    requested: dict
    measured: dict
    merger: np.ndarray

    def pairs(self):
        """Return the requested and the measured values of every attribute, as they are compared.

        Returns
        -------
        pairs : dict of str to tuple of (k,) float
            Logarithmic attributes in decades; shapes without those of mergers.
        """
        names = self.requested.keys() & self.measured.keys()
        return {attribute.name: self.pair(attribute) for attribute in RECOVERED if attribute.name in names}

    def pair(self, attribute):
        """Return the requested and the measured values of one attribute, as they are compared."""
        kept = ~self.merger if attribute in OF_SINGLE_GALAXIES else np.full(len(self.merger), True)
        requested, measured = self.requested[attribute.name][kept], self.measured[attribute.name][kept]
        return in_decades(requested, measured) if attribute.kind == "logarithmic" else (requested, measured)

    def scores(self):
        """Return a row per attribute: `attribute` and what `agreement` returns."""
        return [{"attribute": name, **agreement(*pair)} for name, pair in self.pairs().items()]


def in_decades(requested, measured):
    """Return the decimal logarithms of positive requested values and of measured ones of any sign."""
    floor = FAINTEST * requested.min(initial=np.inf)
    return np.log10(requested), np.log10(np.maximum(measured, floor))


def agreement(requested, measured):
    """Compare requested with measured values.

    Parameters
    ----------
    requested, measured : (n,) float

    Returns
    -------
    row : dict
        `r2` = 1 - sum (requested - measured)^2 / sum (requested - mean requested)^2, at most 1, NaN where all requested
        values are the same; `bias`, the mean of measured - requested, and `scatter`, its standard deviation; `n`.
    """
    residual = np.asarray(measured, float) - requested
    n = len(residual)
    spread = float(((requested - np.mean(requested)) ** 2).sum()) if n else 0.0
    r2 = 1 - float((residual**2).sum()) / spread if spread > 0 else np.nan
    bias, scatter = (float(residual.mean()), float(residual.std())) if n else (np.nan, np.nan)
    return {"r2": r2, "bias": bias, "scatter": scatter, "n": n}
