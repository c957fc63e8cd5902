"""Metrics: differences of two samples."""

from typing import Literal, Protocol

from workflow_scripts.settings.declared import Declared, option

DamageKind = Literal["removed", "added", "moved", "brightened", "blurred", "noise", "background"]


class Metric(Declared):
    """Domain and capabilities of a metric."""

    range: tuple[float, float] = option(..., "Smallest and largest value.")
    larger_is_worse: bool = option(..., "Larger values indicate worse samples.")
    features: dict[str, dict[str, str]] = option({}, "Features that it needs, with required options; empty: any.")
    needs_training_images: bool = option(False, "`prepare_with` gets the training images.")
    explains: bool = option(False, "`explain` returns the importance of each feature.")
    damages: tuple[DamageKind, ...] = option((), "Damages that its power is measured by; none: its power is unknown.")


class MetricPlugin(Protocol):
    """A module of `metrics/`; where the range depends on an option, its options are those of `RangeOptions`.

    Null, interval and p are made by `judging/`, which calls `measure` a thousand times. What all divisions of the same
    images share is computed once, by an optional `prepare(pool, options, rng)`. It gets all images and returns
    `replace(pool, shared=..., values=...)`; the sides that `measure` gets are parts of it, `row` being the place of
    each image in the pool. It must not know which images are real, or p would not be exact: features are scaled by the
    spread of the pool.
    """

    DECLARATION: Metric

    @staticmethod
    def measure(real, generated, options, rng):
        """Return a number.

        Parameters
        ----------
        real, generated : judging.sample.Sample
            `values (n, k)`, `group (n,)`, the field of each row, and `columns`. A bootstrap repeats fields: they count
            as often.
        """


class TrainingMetricPlugin(MetricPlugin, Protocol):
    """A metric that compares with the training images (`needs_training_images`)."""

    @staticmethod
    def prepare_with(pool, train, options, rng):
        """Return the result of `prepare`, given also the sample of the training images."""


class ExplainingMetricPlugin(MetricPlugin, Protocol):
    """A metric that provides the importance of features (`explains`)."""

    @staticmethod
    def explain(real, generated, options, rng):
        """Return the importance (k,) of each feature."""
