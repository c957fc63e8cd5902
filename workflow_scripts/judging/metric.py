"""A metric: a number that compares two sides of one pool, and what can be computed once for the whole pool."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.settings.bases.metrics import RangeOptions


class Direction(StrEnum):
    """Which values of a metric are worse."""

    LARGER = "larger"
    SMALLER = "smaller"

    @property
    def sign(self):
        """Return the factor that makes larger values worse."""
        return 1 if self is Direction.LARGER else -1


def unprepared(pool, rng):
    """Return the pool unchanged, for a metric that computes nothing in advance."""
    return pool


@dataclass(frozen=True)
class Metric:
    """A metric with its options.

    Attributes
    ----------
    measure : callable
        `measure(real, generated, rng)` returns a number.
    prepare : callable
        `prepare(pool, rng)` returns the pool with everything that its divisions have in common; `measure` gets parts of
        it. It must treat all images in the same way: it does not know which are real.
    limits : (low, high)
        Range of the metric.
    direction : Direction
        Which of its values are worse.
    """

    measure: Callable
    prepare: Callable = unprepared
    limits: tuple = (-np.inf, np.inf)
    direction: Direction = Direction.LARGER

    def between(self, real, generated, rng):
        """Return the metric of two whole samples."""
        pool, n_blocks = self.prepare(pool_samples([real, generated]), rng), len(real.groups)
        return self.measure(pool.take(pool.groups[:n_blocks]), pool.take(pool.groups[n_blocks:]), rng)


def bind(module, options, train=None):
    """Return a plugin with its options as a metric.

    Parameters
    ----------
    module : module
        Of the folder `metrics`.
    options : Options
        Its own.
    train : Sample or None
        The images that the generators were trained on, for a metric that needs them (`prepare_with`).
    """

    def measure(real, generated, rng):
        return module.measure(real, generated, options, rng)

    def prepare(pool, rng):
        if module.DECLARATION.needs_training_images:
            return module.prepare_with(pool, train, options, rng)
        return module.prepare(pool, options, rng) if module.DECLARATION.prepares else pool

    limits = options.limits if isinstance(options, RangeOptions) else module.DECLARATION.range
    direction = Direction.LARGER if module.DECLARATION.larger_is_worse else Direction.SMALLER
    return Metric(measure, prepare, limits, direction)
