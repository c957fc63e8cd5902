"""Definition of a measured or requested quantity: name, kind, unit, physical range, label and description."""

from dataclasses import dataclass, replace
from math import inf
from typing import Literal

import numpy as np

PIXEL_UNIT = "{unit}"  # stands for the unit of the pixels that a quantity was measured on
DECADE = 10.0


@dataclass(frozen=True)
class Attribute:
    """A quantity of a source, measured or requested.

    Attributes
    ----------
    name : str
        Name of its column.
    kind : str
        `class`; `angle`, the direction of an axis, so that 180 degrees are a full turn; `linear`; `logarithmic`, a
        positive quantity that is compared in decades; `identifier`, which names something and is not measured.
    unit : str
        Astropy's spelling; empty for pure numbers, names and flags. `PIXEL_UNIT` in it is filled in by `unit_on`.
    label : str
        Short name for tables and axes.
    description : str
        Definition, for the header of a catalogue.
    low, high : float
        Physical range, ends included.
    """

    name: str
    kind: Literal["class", "angle", "linear", "logarithmic", "identifier"] = "linear"
    unit: str = ""
    label: str = ""
    description: str = ""
    low: float = -inf
    high: float = inf

    def unit_on(self, pixel_unit):
        """Return the unit of values that were measured on pixels of a unit."""
        return self.unit.replace(PIXEL_UNIT, pixel_unit)

    @property
    def axis_label(self):
        """Return the label of an axis, with the unit; that of a logarithmic attribute begins with log10."""
        label = f"log10 {self.label}" if self.kind == "logarithmic" else self.label
        return f"{label} [{self.unit}]" if self.unit and PIXEL_UNIT not in self.unit else label

    def impossible(self, values):
        """Return a mask of the values outside the physical range; an angle has none, NaN is no value."""
        values = np.asarray(values, float)
        if self.kind == "angle":
            return np.zeros(values.shape, bool)
        return (values < self.low) | (values > self.high)

    def prefixed(self, role):
        """Return the attribute as a column of the role `requested` or `measured`."""
        return replace(
            self,
            name=f"{role}_{self.name}",
            label=f"{role} {self.label}",
            description=f"{role}: {self.description}",
        )


def needs_logarithm(low, high):
    """Return whether values from low to high are scaled in logarithms: they are positive and span over a decade."""
    return low > 0 and high > DECADE * low
