"""Settings of metrics; the options and inputs of the rules of rules/judging.smk."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from workflow_scripts.settings import plugins
from workflow_scripts.settings.contracts.metrics import DamageKind
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.generation import complete_options
from workflow_scripts.settings.power import CONTROL_STRENGTH, STRENGTHS, damages_of
from workflow_scripts.settings.samples import images_of
from workflow_scripts.settings.scoring import feature_set


class Metric(Declared):
    """A metric, and its features; a metric that reads a network referee has none."""

    metric: str = option(..., "A file of workflow_scripts/metrics.")
    features: str = option("", "A key of features; empty: the metric reads the scores of a network referee.")
    options: dict[str, Any] = option({}, "Options of the metric.")
    damages: list[DamageKind] | None = option(
        None, "Damages that its power is measured by; null: those that the metric declares."
    )


class Judging(Declared):
    """Comparison of samples."""

    real: Literal["fields", "blends"] = option("fields", "Reference of generated images: fields, or crops of blends.")
    training_scores: Literal["ladder", "data"] = option(
        "ladder", "Training data of scorers; data: a data set with a score for each image."
    )
    tile_size: int | None = option(
        64, "Side of the tiles that are compared, resampled by block; null: whole images.", unit="pixel", ge=8
    )
    n_null: int = option(
        399,
        "Number of random halves of the real test fields, and of permutations; 20 k - 1 is exact at 5 %.",
        ge=20,
    )
    n_bootstrap: int = option(200, "Number of bootstrap samples.", ge=20)


@dataclass(frozen=True)
class MeasuredMetric:
    """A metric with its complete options."""

    metric: str
    name: str
    options: dict


@dataclass(frozen=True)
class MeasurePower(MeasuredMetric):
    """A metric, and the kinds of damage that it is tried on."""

    damages: list


@dataclass(frozen=True)
class MeasureNull(MeasuredMetric):
    """A metric, and the number of draws of its null distribution."""

    n_null: int


@dataclass(frozen=True)
class CompareSamples(MeasuredMetric):
    """A metric, and the number of bootstrap samples of its interval."""

    n_bootstrap: int


@dataclass(frozen=True)
class DamageFields:
    """Full width at half maximum of the PSF, the unit of the blur; the strengths of the damages."""

    psf_fwhm: float
    strengths: tuple


@dataclass(frozen=True)
class RankSkies:
    """Content of the leaderboard."""

    metrics: list
    samples: list
    scorers: list


@dataclass(frozen=True)
class TabulateExperiments:
    """Samples [name, number of consecutive fields with shared positions], and the scorers that compare them."""

    samples: list
    scorers: list


@cache
def measured_metric(study, metric):
    """Return the settings of a metric."""
    entry = study.entry("metrics", metric)
    options = study.check_options("metrics", entry.metric, entry.options, "metrics", metric)
    check_values(study, metric)
    return MeasuredMetric(entry.metric, metric, options)


def measure_power(study, metric) -> MeasurePower:
    """Return all that the power of a metric depends on, besides the damaged fields."""
    return MeasurePower(**vars(measured_metric(study, metric)), damages=damages_of(study, metric))


def damage_fields(study, split) -> DamageFields:
    """Return what damages are counted in, and their strengths: rising for the power of metrics, one for controls."""
    return DamageFields(study.config.ladder.psf_fwhm, STRENGTHS if split == "test" else (CONTROL_STRENGTH,))


def measure_null(study, metric) -> MeasureNull:
    """Return the settings of the null distribution of a metric."""
    return MeasureNull(**vars(measured_metric(study, metric)), n_null=study.config.judging.n_null)


def compare_samples(study, metric) -> CompareSamples:
    """Return the settings of the comparison of samples by a metric."""
    return CompareSamples(**vars(measured_metric(study, metric)), n_bootstrap=study.config.judging.n_bootstrap)


def check_values(study, metric):
    """Raise an error for features or damages of a metric that reads a referee, and for features that do not exist."""
    entry, where = study.entry("metrics", metric), study.where("metrics", metric)
    reads_referee = plugins.declared_at(where, "metrics", entry.metric).reads_referee
    given = [key for key in ("features", "damages") if getattr(entry, key)]
    if reads_referee and given:
        raise ValueError(f"{where}.{given[0]}: remove it: {entry.metric} reads a network referee, which has controls")
    if not reads_referee:
        study.entry("features", entry.features, "metrics", metric, "features")
        check_features(study, metric)


def check_features(study, metric):
    """Raise an error for features on which a metric is not defined."""
    entry, where = study.entry("metrics", metric), study.where("metrics", metric)
    extract = dict(feature_set(study, entry.features).extract)
    takes = plugins.declared_at(where, "metrics", entry.metric).features
    fits = all(extract.get(name, {}).get(key) == value for name, of in takes.items() for key, value in of.items())
    if takes and (set(extract) != set(takes) or not fits):
        raise ValueError(f"{where}.features: {entry.features!r} has {sorted(extract)}; this metric takes {takes} alone")


def rank_skies(study) -> RankSkies:
    """Return the content of the leaderboard."""
    return RankSkies(study.make.metrics, compared(study), study.make.scorers)


def tabulate_experiments(study) -> TabulateExperiments:
    """Return the experiments of the study, the real test fields first.

    Raises
    ------
    ValueError
        If the study has none.
    """
    names = study.make.experiments
    if not names:
        raise ValueError(f"{study.where('make.experiments')}: the study has none: name skies")
    shared = [[name, fields_per_layout(study, name)] for name in names]
    return TabulateExperiments([["real_test", 1], *shared], study.make.scorers)


def fields_per_layout(study, sky):
    """Return the number of consecutive fields of a sky with shared positions."""
    option = plugins.declaration("skies", study.entry("skies", sky).recipe).shared_layout
    return complete_options(study, sky)[option] if option else 1


def plugin_of_metric(study, metric):
    """Return the plugin of a metric."""
    return [f"metrics/{study.entry('metrics', metric).metric}"]


def needs_training_images(study, metric):
    """Return whether a metric needs the training images."""
    return declaration_of(study, metric).needs_training_images


def explaining_metric(study):
    """Return the first metric of the study that provides the importance of features, or None."""
    return next((name for name in study.make.metrics if declaration_of(study, name).explains), None)


def declaration_of(study, metric):
    """Return the declaration of a metric."""
    return plugins.declaration("metrics", study.entry("metrics", metric).metric)


def compared(study):
    """Return the samples that are compared with the real test part: the real training part, skies and galaxies."""
    return ["real_train", *study.samples]


def all_samples(study):
    """Return the real test part, and the samples that are compared with it."""
    return ["real_test", *compared(study)]


def images_of_samples(study):
    """Return the images of every sample that the study generates."""
    return [images_of(study, sample) for sample in study.samples]


def features_of_metric(study, metric, sample):
    """Return the features of a sample for a metric."""
    return f"results/{study.name}/features/{study.entry('metrics', metric).features}/{sample}.h5"


def damaged_features(study, metric):
    """Return the features of damaged fields that a metric takes, in the order of its kinds of damage."""
    return [features_of_metric(study, metric, f"damaged_{kind}") for kind in damages_of(study, metric)]


def training_features(study, metric):
    """Return the features of the real training part if a metric needs the training images."""
    return features_of_metric(study, metric, "real_train") if needs_training_images(study, metric) else []


def comparisons(study):
    """Return the comparisons of all samples, sample by sample."""
    folder = f"results/{study.name}/comparisons"
    return [f"{folder}/{metric}/{sample}.json" for sample in compared(study) for metric in study.make.metrics]


def scores(study):
    """Return the scores of all samples, sample by sample."""
    folder = f"results/{study.name}/scores"
    return [f"{folder}/{scorer}/{sample}.csv" for sample in all_samples(study) for scorer in study.make.scorers]


def scores_of_experiments(study):
    """Return the scores that the experiments of the study compare."""
    samples = [name for name, _ in tabulate_experiments(study).samples]
    return [f"results/{study.name}/scores/{scorer}/{name}.csv" for name in samples for scorer in study.make.scorers]


def nulls(study):
    """Return the null distribution of every metric."""
    return [f"results/{study.name}/comparisons/{metric}/null.json" for metric in study.make.metrics]
