"""A metric: a number that compares two sides of one pool, and what can be computed once for the whole pool."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workflow_scripts.judging.sample import pool_samples
from workflow_scripts.settings.bases.metrics import RangeOptions


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
    larger_is_worse : bool
        Whether worse samples have larger values.
    """

    measure: Callable
    prepare: Callable = unprepared
    limits: tuple = (-np.inf, np.inf)
    larger_is_worse: bool = True

    @property
    def sign(self):
        """Return the factor that makes larger values worse."""
        return 1 if self.larger_is_worse else -1

    def between(self, real, generated, rng):
        """Return the metric of two whole samples."""
        pool, n_fields = self.prepare(pool_samples([real, generated]), rng), len(real.groups)
        return self.measure(pool.take(pool.groups[:n_fields]), pool.take(pool.groups[n_fields:]), rng)


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
        return module.prepare(pool, options, rng) if hasattr(module, "prepare") else pool

    limits = options.limits if isinstance(options, RangeOptions) else module.DECLARATION.range
    return Metric(measure, prepare, limits, module.DECLARATION.larger_is_worse)
