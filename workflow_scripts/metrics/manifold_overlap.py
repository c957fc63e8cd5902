"""Precision, recall, density and coverage: how two samples overlap in feature space.

A ball around each image reaches to its k-th neighbour of the same sample. Kynkäänniemi et al. 2019 (precision,
recall); Naeem et al. 2020 (density, coverage).
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

RANGE = (0.0, float("inf"))
LARGER_IS_WORSE = False
TAKES = {}


@dataclass(frozen=True)
class Options:
    """`of`: precision and density ask for quality, recall and coverage for diversity; `neighbours`, k."""

    of: str = "coverage"
    neighbours: int = 5

    def __post_init__(self):
        if self.of not in ("precision", "recall", "density", "coverage"):
            raise ValueError("of: precision, recall, density or coverage")
        if self.neighbours < 1:
            raise ValueError("neighbours: at least 1")


def measure(real, generated, options, rng):
    """Return the overlap asked for: about 1 for density, up to 1 for the others.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, k)`, standardised by the real ones.

    Raises
    ------
    ValueError
        Where a side has not more images than neighbours.
    """
    fewest = min(len(real.values), len(generated.values))
    if fewest <= options.neighbours:
        raise ValueError(f"{fewest} images; at least {options.neighbours + 1} are needed for their neighbours")
    spread = real.values.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    return overlap(real.values / scale, generated.values / scale, options.of, options.neighbours)


def overlap(real, generated, of, k):
    """Return precision, recall, density or coverage of two sets of points, (n, d) and (m, d)."""
    between = cdist(real, generated)
    if of == "recall":
        return float((between <= radius(generated, k)).any(axis=1).mean())
    inside = between <= radius(real, k)[:, None]
    if of == "density":
        return float(inside.sum() / (k * len(generated)))
    return float(inside.any(axis=0 if of == "precision" else 1).mean())


def radius(points, k):
    """Return each point's distance to its k-th neighbour, (n,); itself is none."""
    return np.partition(cdist(points, points), k, axis=1)[:, k]
