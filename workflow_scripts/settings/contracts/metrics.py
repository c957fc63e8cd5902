"""Metrics: differences of two samples."""

from typing import Annotated, Literal, Protocol

from pydantic import Field

from workflow_scripts.settings.declared import Declared, option

DamageKind = Literal["removed", "added", "moved", "brightened", "blurred", "noise", "background"]

Limit = Annotated[float, Field(allow_inf_nan=True)]  # infinite where a metric is unbounded


class Metric(Declared):
    """Domain and capabilities of a metric."""

    range: tuple[Limit, Limit] = option(..., "Smallest and largest value.")
    larger_is_worse: bool = option(..., "Larger values indicate worse samples.")
    features: dict[str, dict[str, str]] = option({}, "Features that it needs, with required options; empty: any.")
    prepares: bool = option(False, "`prepare` computes what all divisions of the same images share.")
    needs_training_images: bool = option(False, "`prepare_with` gets the training images.")
    reads_referee: bool = option(
        False, "Its values are held-out scores of a network, not features; its options are those of `RefereeOptions`."
    )
    explains: bool = option(False, "`explain` returns the importance of each feature.")
    damages: tuple[DamageKind, ...] = option((), "Damages that its power is measured by; none: its power is unknown.")


class MetricPlugin(Protocol):
    """A module of `metrics/`; where the range depends on an option, its options are those of `RangeOptions`.

    Null, interval and p are made by `judging/`, which calls `measure` a thousand times. What all divisions of the same
    images share is computed once, in `prepare`.
    """

    DECLARATION: Metric

    @staticmethod
    def measure(real, generated, options, rng):
        """Return a number.

        Parameters
        ----------
        real, generated : judging.sample.Sample
            `values (n, k)`, `group (n,)`, the block of each row, and `columns`. A bootstrap repeats blocks: they count
            as often.
        """


class PreparingMetricPlugin(MetricPlugin, Protocol):
    """A metric that computes what all divisions of the same images share once (`prepares`)."""

    @staticmethod
    def prepare(pool, options, rng):
        """Return `replace(pool, shared=..., values=...)`, given all images.

        The sides that `measure` gets are parts of it, `row` being the place of each image in the pool. It must not know
        which images are real, or p would not be exact: features are scaled by the spread of the pool.
        """


class RefereeMetricPlugin(MetricPlugin, Protocol):
    """A metric of the held-out scores of a network referee (`reads_referee`).

    The rule `train_referee` trains the network with these options. `values (n, 1)` of the samples are the log odds that
    a tile is generated. A sample is compared only if the referee recognises its controls (`settings/referees.py`).
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
