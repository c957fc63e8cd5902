"""The options and inputs of the rules of rules/figures.smk."""

from dataclasses import dataclass

from workflow_scripts.settings import plugins
from workflow_scripts.settings.judging import (
    all_samples,
    explaining_metric,
    features_of_metric,
    measured_metric,
    plugin_of_metric,
)
from workflow_scripts.settings.samples import training_data
from workflow_scripts.settings.scoring import feature_set
from workflow_scripts.settings.stages import stages_used, stages_with_physics_loss


@dataclass(frozen=True)
class DrawRealism:
    """Content of the figures of realism, and the side of the tiles that are compared in pixels (None: whole fields)."""

    metrics: list
    scorers: list
    skies: list
    side: int | None


@dataclass(frozen=True)
class DrawQuiz:
    """The samples of which the best is drawn among real images, and the metrics that rank them."""

    metrics: list
    skies: list


@dataclass(frozen=True)
class DrawTraining:
    """The stages in the figures, each [name, its training data]."""

    stages: list


@dataclass(frozen=True)
class DrawHealth:
    """The stages in the figures."""

    stages: list


@dataclass(frozen=True)
class DrawGalaxies:
    """The generators in the figures."""

    generators: list


@dataclass(frozen=True)
class DrawBlends:
    """The sets of blends in the figures."""

    blends: list


@dataclass(frozen=True)
class DrawDeblenders:
    """The sets of blends and the deblenders in the figures."""

    blends: list
    deblenders: list


@dataclass(frozen=True)
class DrawInjections:
    """The injections in the figures."""

    injections: list


@dataclass(frozen=True)
class DrawExtremes:
    """The samples in the figure, and the scorers that order them."""

    samples: list
    scorers: list


@dataclass(frozen=True)
class DrawNeighbours:
    """The samples in the figure, and the side of their tiles."""

    side: int | None
    skies: list


@dataclass(frozen=True)
class DrawDifferences:
    """The samples in the figure, and a metric that provides the importance of features."""

    skies: list
    metric: str
    name: str
    options: dict


def tile_size(study):
    """Return the side of the tiles that are compared, or None."""
    return study.config.judging.tile_size


def draw_realism(study) -> DrawRealism:
    """Return the content of the figures of realism."""
    return DrawRealism(study.make.metrics, study.make.scorers, study.samples, tile_size(study))


def draw_quiz(study) -> DrawQuiz:
    """Return the samples of which the best is drawn among real images, and the metrics that rank them."""
    return DrawQuiz(study.make.metrics, study.samples)


def draw_training(study) -> DrawTraining:
    """Return the stages whose training is drawn."""
    return DrawTraining([[stage, training_data(study, stage, "train")] for stage in stages_used(study)])


def draw_health(study) -> DrawHealth:
    """Return the stages with a physics loss."""
    return DrawHealth(stages_with_physics_loss(study))


def draw_galaxies(study) -> DrawGalaxies:
    """Return the generators in the figures."""
    return DrawGalaxies(study.make.generators)


def draw_blends(study) -> DrawBlends:
    """Return the sets of blends in the figures."""
    return DrawBlends(study.make.blends)


def draw_deblenders(study) -> DrawDeblenders:
    """Return the sets of blends and the deblenders in the figures."""
    return DrawDeblenders(study.make.blends, study.make.deblenders)


def draw_injections(study) -> DrawInjections:
    """Return the injections in the figures."""
    return DrawInjections(study.make.injections)


def draw_extremes(study) -> DrawExtremes:
    """Return the samples in the figure, and the scorers that order them."""
    return DrawExtremes(drawn_samples(study), study.make.scorers)


def draw_neighbours(study) -> DrawNeighbours:
    """Return the samples that are drawn beside their nearest real images."""
    return DrawNeighbours(tile_size(study), study.samples)


def draw_differences(study) -> DrawDifferences:
    """Return the settings of the importance of features."""
    metric = explaining_metric(study)
    if not metric:
        raise ValueError(f"{study.where('make.metrics')}: none of them provides the importance of features")
    return DrawDifferences(study.samples, **vars(measured_metric(study, metric)))


def drawn_samples(study):
    """Return the samples whose images are drawn: the real test part and the skies."""
    return ["real_test", *study.samples]


def detected(study, ending):
    """Return a product of detection on the real test fields; nothing if the study compares other images."""
    return [f"results/{study.name}/sources/test{ending}"] if study.kind.name == "fields" else []


def spectral_features(study):
    """Return the first set of features that contains logarithmic power spectra, or None."""
    sets = {name: feature_set(study, name).extract for name in study.config.features}
    return next((name for name, extract in sets.items() if all(map(is_log_spectrum, extract))), None)


def is_log_spectrum(extractor):
    """Return whether a feature with its options is a logarithmic power spectrum."""
    name, options = extractor
    required = plugins.declaration("features", name).log_spectrum
    return bool(required) and required.items() <= options.items()


def spectra(study):
    """Return the logarithmic power spectra of all samples; nothing if no set of features contains them."""
    feature = spectral_features(study)
    return [f"results/{study.name}/features/{feature}/{sample}.h5" for sample in all_samples(study)] if feature else []


def scores_of_first(study):
    """Return the scores and intervals of the drawn samples by the first scorer of the study; nothing without one."""
    folder = f"results/{study.name}/scores"
    return [
        f"{folder}/{scorer}/details/{sample}.csv"
        for scorer in study.make.scorers[:1]
        for sample in drawn_samples(study)
    ]


def explained(study):
    """Return the comparisons of every sample by the metric that provides the importance of features."""
    folder = f"results/{study.name}/comparisons/{draw_differences(study).name}"
    return [f"{folder}/{sample}.json" for sample in study.samples]


def features_of_real(study):
    """Return the features of the real test part for this metric."""
    return features_of_metric(study, draw_differences(study).name, "real_test")


def features_of_samples(study):
    """Return the features of every sample for this metric."""
    return [features_of_metric(study, draw_differences(study).name, sample) for sample in study.samples]


def explaining_plugin(study):
    """Return the plugin of this metric."""
    return plugin_of_metric(study, draw_differences(study).name)


def of_stages(study, name):
    """Return a file of every stage that generates samples of the study."""
    return [f"results/{study.name}/stages/{stage}/{name}" for stage in stages_used(study)]


def histories_of_physics_loss(study):
    """Return the history of every stage with a physics loss."""
    return [f"results/{study.name}/stages/{stage}/history.csv" for stage in stages_with_physics_loss(study)]


def training_data_of_stages(study):
    """Return the training data of every stage that generates samples of the study."""
    return [training_data(study, stage, "train") for stage in stages_used(study)]
