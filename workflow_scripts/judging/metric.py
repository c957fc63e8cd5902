"""A metric as the judges see it: a number of two sides of one pool, and what can be computed of the pool once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workflow_scripts.judging.sample import pooled
from workflow_scripts.settings.bases.metrics import RangeOptions


def as_it_is(pool, rng):
    """Return a pool of which nothing has to be computed."""
    return pool


@dataclass(frozen=True)
class Metric:
    """A metric with its options.

    Attributes
    ----------
    measure : callable
        `measure(real, generated, rng)` returns a number.
    prepare : callable
        `prepare(pool, rng)` returns the pool with all in it that the divisions of it share: `measure` gets parts of
        that. It must treat all images alike: it does not know which are real.
    limits : (low, high)
        Range of the metric.
    larger_is_worse : bool
        Which end a bad sample lies at.
    """

    measure: Callable
    prepare: Callable = as_it_is
    limits: tuple = (-np.inf, np.inf)
    larger_is_worse: bool = True

    def between(self, real, generated, rng):
        """Return the metric of two whole samples."""
        pool, n_fields = self.prepare(pooled([real, generated]), rng), len(real.groups)
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
        The images that generators learnt from, for a metric that needs them (`prepare_with`).
    """

    def measure(real, generated, rng):
        return module.measure(real, generated, options, rng)

    def prepare(pool, rng):
        if module.DECLARATION.needs_training_images:
            return module.prepare_with(pool, train, options, rng)
        return module.prepare(pool, options, rng) if hasattr(module, "prepare") else pool

    limits = options.limits if isinstance(options, RangeOptions) else module.DECLARATION.range
    return Metric(measure, prepare, limits, module.DECLARATION.larger_is_worse)
