"""Precision, recall, density and coverage: the overlap of two samples in feature space.

A ball around each image reaches to its k-th nearest neighbour in the same sample. Kynkäänniemi et al. 2019 (precision,
recall); Naeem et al. 2020 (density, coverage).
"""

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.spatial.distance import cdist

from workflow_scripts.settings.bases.metrics import RangeOptions
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import option

DECLARATION = Metric(range=(0.0, float("inf")), larger_is_worse=False, prepares=True)
BLOCK, NEAR = 512, 64  # rows whose distances are in memory at a time; neighbours examined first


class Options(RangeOptions):
    """Which of the four, and its neighbourhood."""

    of: Literal["precision", "recall", "density", "coverage"] = option(
        "coverage", "Precision and density measure quality, recall and coverage diversity."
    )
    neighbours: int = option(5, "k of the k-th neighbour that a ball reaches to.", ge=1)

    @property
    def limits(self):
        """Return the range of the chosen quantity: density alone has no upper end."""
        return (0.0, float("inf") if self.of == "density" else 1.0)


def prepare(pool, options, rng):
    """Sort all images by their distance from each, with features in units of their standard deviation over all."""
    spread = pool.values.std(axis=0)
    return replace(pool, values=pool.values[:, :0], shared=neighbours(pool.values / np.where(spread > 0, spread, 1.0)))


def neighbours(points):
    """Return for each point the indices of all points sorted by distance, (n, n) int32, itself first.

    An index is inverted (`~`) where the point is as distant as the one before it.
    """
    order = np.empty((len(points), len(points)), np.int32)
    for start in range(0, len(points), BLOCK):
        apart = cdist(points[start : start + BLOCK], points)
        apart[np.arange(len(apart)), start + np.arange(len(apart))] = -1
        found = np.argsort(apart, axis=1, kind="stable")
        equal = np.diff(np.take_along_axis(apart, found, axis=1), axis=1) == 0
        found[:, 1:][equal] = ~found[:, 1:][equal]
        order[start : start + BLOCK] = found
    return order


def measure(real, generated, options, rng):
    """Return the overlap measure of the options: about 1 for density, at most 1 for the others.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.

    Raises
    ------
    ValueError
        If a side has no more images than neighbours.
    """
    fewest = min(len(real.row), len(generated.row))
    if fewest <= options.neighbours:
        raise ValueError(f"{fewest} images; at least {options.neighbours + 1} are needed for their neighbours")
    n, (one, other) = len(real.shared), (real, generated)
    if options.of == "recall":
        one, other = generated, real
    own, others = (np.bincount(side.row, minlength=n) for side in (one, other))
    inside, covered = balls(real.shared, own, others, options.neighbours)
    if options.of in ("precision", "recall"):
        return float(others[covered].sum() / others.sum())
    own = own[own > 0]
    density = inside / (options.neighbours * others.sum()) if options.of == "density" else (inside > 0) / own.sum()
    return float((own * density).sum())


def balls(order, own, others, k):
    """Count what lies in the balls of one sample's images.

    Parameters
    ----------
    order : (n, n) int
        Return value of `neighbours`.
    own, others : (n,) int
        Multiplicity of each image in the one sample and in the other.
    k : int
        A ball reaches to the k-th neighbour in its own sample, equally distant images included: so identical images
        without any content overlap.

    Returns
    -------
    inside : (m,) int
        Images of the other sample in the ball of each of the m different images of the one.
    covered : (n,) bool
        Images that lie in any ball.
    """
    rows, covered = np.nonzero(own)[0], np.zeros(len(order), bool)
    inside = np.zeros(len(rows), int)
    left = np.arange(len(rows))
    for width in (NEAR, len(order)):
        near = order[rows[left], :width]
        step = np.cumsum(near >= 0, axis=1)  # points of one step are equally distant
        near = np.where(near < 0, ~near, near)
        filled = np.cumsum(own[near], axis=1) > k  # the image itself is one of its own
        last = np.take_along_axis(step, filled.argmax(axis=1)[:, None], axis=1)
        done = (filled[:, -1:] & (step[:, -1:] > last))[:, 0] | (width == len(order))
        near, within = near[done], step[done] <= last[done]
        inside[left[done]] = (others[near] * within).sum(axis=1)
        covered[near[within]] = True
        left = left[~done]
    return inside, covered
