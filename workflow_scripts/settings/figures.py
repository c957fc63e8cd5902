"""The sections of the page and their figures; the options and inputs of the rules of rules/figures.smk."""

from dataclasses import dataclass

from workflow_scripts.settings import plugins
from workflow_scripts.settings.galaxies import networks_applied
from workflow_scripts.settings.judging import (
    all_samples,
    explaining_metric,
    features_of_metric,
    measured_metric,
    plugin_of_metric,
)
from workflow_scripts.settings.samples import training_data
from workflow_scripts.settings.scoring import feature_set
from workflow_scripts.settings.stages import stages_checked, stages_used

SECTIONS = {  # of the page, in its order, with the figures of each; templates are resources/report/<section>.html.j2
    "fields": ["fields"],
    "leaderboard": ["comparisons"],
    "differences": ["differences"],
    "neighbours": ["neighbours"],
    "power_spectra": ["power_spectra"],
    "histograms": ["histograms"],
    "scores": ["scores", "extremes"],
    "scorers": ["scorers"],
    "galaxies": ["galaxies", "sliders", "strips"],
    "networks": [],
    "training": ["training", "samples"],
    "health": ["health"],
    "blends": ["blends", "blend_properties", "baseline"],
    "sources": ["sources"],
    "costs": [],
    "run": [],
}


@dataclass(frozen=True)
class DrawRealism:
    """What the figures of realism show."""

    metrics: list
    scorers: list
    skies: list
    side: int | None


@dataclass(frozen=True)
class DrawTraining:
    """The stages that are shown, each [name, its training data]."""

    stages: list


@dataclass(frozen=True)
class DrawHealth:
    """The stages that are shown."""

    stages: list


@dataclass(frozen=True)
class DrawGalaxies:
    """The generators that are shown."""

    generators: list


@dataclass(frozen=True)
class DrawBlends:
    """The sets of blends that are shown."""

    blends: list


@dataclass(frozen=True)
class DrawExtremes:
    """The samples that are shown, and the scorers that order them."""

    samples: list
    scorers: list


@dataclass(frozen=True)
class DrawNeighbours:
    """The samples that are shown, and the side of their tiles."""

    side: int | None
    skies: list


@dataclass(frozen=True)
class DrawDifferences(DrawNeighbours):
    """A metric that ranks the features by which it tells samples apart."""

    metric: str
    name: str
    options: dict


def sections(study):
    """Return the sections of a study's page: those that it makes something for."""
    make = study.make
    skies, judged = bool(make.skies), bool(study.samples)
    made = {
        "fields": skies,
        **dict.fromkeys(("leaderboard", "neighbours", "power_spectra", "histograms"), judged),
        "differences": judged and explaining_metric(study) is not None,
        "scores": skies and bool(make.scorers),
        "scorers": bool(make.compare_scorers),
        "training": bool(stages_used(study)),
        "health": bool(stages_checked(study)),
        "galaxies": bool(make.generators),
        "networks": bool(networks_applied(study)),
        "blends": bool(make.blends),
        "sources": skies and study.kind.name == "fields",
        **dict.fromkeys(("costs", "run"), True),
    }
    return [section for section in SECTIONS if made[section]]


def figure_names(study):
    """Return the names of the figures of a study's page."""
    return [figure for section in sections(study) for figure in SECTIONS[section]]


def tile_size(study):
    """Return the side of the tiles that are compared, or None."""
    return study.config.judging.tile_size


def draw_realism(study):
    """Return what the figures of realism show."""
    return DrawRealism(study.make.metrics, study.make.scorers, study.samples, tile_size(study))


def draw_training(study):
    """Return the stages whose training is shown."""
    return DrawTraining([[stage, training_data(study, stage, "train")] for stage in stages_used(study)])


def draw_health(study):
    """Return the stages whose drawings a predictor checks."""
    return DrawHealth(stages_checked(study))


def draw_galaxies(study):
    """Return the generators that are shown."""
    return DrawGalaxies(study.make.generators)


def draw_blends(study):
    """Return the sets of blends that are shown."""
    return DrawBlends(study.make.blends)


def draw_extremes(study):
    """Return the samples that are shown, and the scorers that order them."""
    return DrawExtremes(shown(study), study.make.scorers)


def draw_neighbours(study):
    """Return the samples that are shown beside their nearest real images."""
    return DrawNeighbours(tile_size(study), study.samples)


def draw_differences(study):
    """Return all that the features by which samples are told apart depend on."""
    metric = explaining_metric(study)
    if not metric:
        raise ValueError(f"{study.where('make.metrics')}: none of them ranks the features that tell samples apart")
    return DrawDifferences(tile_size(study), study.samples, **vars(measured_metric(study, metric)))


def shown(study):
    """Return the samples whose images are shown beside each other: the real test part and the skies."""
    return ["real_test", *study.samples]


def detected(study, ending):
    """Return a product of detection on the real test fields; nothing where the study compares something else."""
    return [f"results/{study.name}/sources/test{ending}"] if study.kind.name == "fields" else []


def spectral_features(study):
    """Return the first set of features that holds logarithmic power spectra, or None."""
    sets = {name: feature_set(study, name).extract for name in study.config.features}
    return next((name for name, extract in sets.items() if all(map(is_log_spectrum, extract))), None)


def is_log_spectrum(extractor):
    """Tell whether a feature with its options is a logarithmic power spectrum."""
    name, options = extractor
    wanted = plugins.declaration("features", name).log_spectrum
    return bool(wanted) and wanted.items() <= options.items()


def spectra(study):
    """Return the logarithmic power spectra of all samples; nothing where no set of features has them."""
    feature = spectral_features(study)
    return [f"results/{study.name}/features/{feature}/{sample}.h5" for sample in all_samples(study)] if feature else []


def scores_of_first(study):
    """Return the scores and intervals of the samples shown by the study's first scorer; nothing where it has none."""
    folder = f"results/{study.name}/scores"
    return [f"{folder}/{scorer}/details/{sample}.csv" for scorer in study.make.scorers[:1] for sample in shown(study)]


def explained(study):
    """Return the comparisons of every sample by the metric that ranks features."""
    folder = f"results/{study.name}/comparisons/{draw_differences(study).name}"
    return [f"{folder}/{sample}.json" for sample in study.samples]


def features_of_real(study):
    """Return the features of the real test part that this metric takes."""
    return features_of_metric(study, draw_differences(study).name, "real_test")


def features_of_samples(study):
    """Return the features of every sample that this metric takes."""
    return [features_of_metric(study, draw_differences(study).name, sample) for sample in study.samples]


def explaining_plugin(study):
    """Return the plugin of this metric."""
    return plugin_of_metric(study, draw_differences(study).name)


def of_stages(study, name):
    """Return a file of every stage that the study's samples are made by."""
    return [f"results/{study.name}/stages/{stage}/{name}" for stage in stages_used(study)]


def histories_of_checked(study):
    """Return the history of every stage whose drawings a predictor checks."""
    return [f"results/{study.name}/stages/{stage}/history.csv" for stage in stages_checked(study)]


def training_data_of_stages(study):
    """Return the training data of every stage that the study's samples are made by."""
    return [training_data(study, stage, "train") for stage in stages_used(study)]
