"""Settings of features and scorers; the options and inputs of the rules of rules/scoring.smk."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import model_validator

from workflow_scripts.settings import plugins
from workflow_scripts.settings.bases.features import DetectionOptions, SourceLimitOptions
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.samples import scored_sample
from workflow_scripts.settings.training import hardware
from workflow_scripts.settings.values import sort_keys


class Ladder(Declared):
    """The realism ladder: real fields with damages of known strength, the training data of scorers."""

    copies: int = option(40, "Number of damaged copies of each field.", ge=1)
    max_damages: int = option(3, "Largest number of kinds of damage per copy.", ge=1, le=6)
    psf_fwhm: float = option(
        2.5, "Full width at half maximum of a point source; blur is counted in it.", unit="pixel", gt=0
    )


class Scorer(Declared):
    """A scorer, and its features or its network."""

    scorer: str = option(..., "A file of workflow_scripts/scorers.")
    features: str = option("", "A key of features.")
    stage: str = option("", "A key of stages: a network that predicts scores, instead of features.")
    options: dict[str, Any] = option({}, "Options of the scorer.")

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for a scorer with both, or with neither."""
        if bool(self.features) == bool(self.stage):
            raise ValueError("features: give either features or a stage")
        return self


@dataclass(frozen=True)
class FeatureSet:
    """Features with their complete options, and what a row describes: `tiles`, `images` or `sources`."""

    extract: list
    rows: str
    tile_size: int | None


@dataclass(frozen=True)
class ExtractFeatures(FeatureSet):
    """Settings of a set of features."""

    skip_broken: bool


@dataclass(frozen=True)
class CheckImages:
    """Treatment of broken files."""

    skip_broken: bool


@dataclass(frozen=True)
class PredictScores:
    """Settings of the prediction of scores by a network."""

    stage: str
    skip_broken: bool
    device: str
    torch_threads: int


@dataclass(frozen=True)
class TrainScorer:
    """Settings of the fit of a scorer."""

    scorer: str
    options: dict
    n_bootstrap: int


@dataclass(frozen=True)
class CompareScorers:
    """The scorers in the table of scorers."""

    scorers: list


def build_ladder(study) -> Ladder:
    """Return the settings of the ladder."""
    return study.config.ladder


@cache
def feature_set(study, feature):
    """Return the features of a set, and what a row of it describes."""
    entry, where = study.entry("features", feature), study.where("features", feature)
    extract = [[name, extractor(study, feature, name, given or {})] for name, given in entry.items()]
    if not entry:
        raise ValueError(f"{where}: no feature; name at least one file of workflow_scripts/features")
    rows = rows_of([plugins.declared_at(where, "features", name).rows for name in entry], where)
    return FeatureSet(extract, rows, study.config.judging.tile_size if rows == "tiles" else None)


def extractor(study, feature, name, given):
    """Return the complete options of a feature; its detection settings default to those of the study."""
    where = study.where("features", feature)
    options = plugins.complete_options("features", name, given, where, f"{where}.{name}")
    cls = plugins.options_class("features", name)
    if plugins.declaration("features", name).rows == "sources" and not issubclass(cls, SourceLimitOptions):
        raise ValueError(f"{where}.{name}: Options of features of sources must inherit from SourceLimitOptions")
    if issubclass(cls, DetectionOptions) and not options["detection"]:
        options["detection"] = sort_keys(study.config.detection.of_one_band)
    return options


def rows_of(kinds, where):
    """Return what a row of a set of features describes, given that of each of its features.

    Raises
    ------
    ValueError
        If features of sources are mixed with others: their rows do not go together.
    """
    if "sources" in kinds and set(kinds) != {"sources"}:
        raise ValueError(f"{where}: features of sources cannot be combined with features of tiles or images")
    return next(kind for kind in ("sources", "images", "tiles") if kind in kinds)


def extract_features(study, feature, sample) -> ExtractFeatures:
    """Return the settings of a set of features."""
    return ExtractFeatures(**vars(feature_set(study, feature)), skip_broken=skips_broken(study, sample))


def check_images(study) -> CheckImages:
    """Return whether broken files among the user's own images are skipped."""
    return CheckImages(skips_broken(study, "own"))


def skips_broken(study, sample):
    """Return whether unusable files are skipped."""
    return sample == "own" and bool(study.make.score) and study.make.score.skip_broken


def predict_scores(study, stage, sample) -> PredictScores:
    """Return the settings of the prediction of scores by a network."""
    study.entry("stages", stage)
    return PredictScores(stage, skips_broken(study, sample), **hardware(study))


@cache
def scorer_options(study, scorer):
    """Return the complete options of a scorer, after checking that its features or its stage exist."""
    entry = study.entry("scorers", scorer)
    section, name = ("stages", entry.stage) if entry.stage else ("features", entry.features)
    study.entry(section, name, "scorers", scorer, "stage" if entry.stage else "features")
    return study.check_options("scorers", entry.scorer, entry.options, "scorers", scorer)


def train_scorer(study, scorer) -> TrainScorer:
    """Return the settings of the fit of a scorer."""
    options = scorer_options(study, scorer)
    return TrainScorer(study.entry("scorers", scorer).scorer, options, study.config.judging.n_bootstrap)


def compare_scorers(study) -> CompareScorers:
    """Return the scorers in the table of scorers."""
    return CompareScorers(study.make.compare_scorers)


def plugins_of_features(study, feature):
    """Return the plugins of a set of features."""
    return [f"features/{name}" for name in study.entry("features", feature)]


def plugin_of_scorer(study, scorer):
    """Return the plugin of a scorer."""
    return [f"scorers/{study.entry('scorers', scorer).scorer}"]


def scorers_fitted(study):
    """Return the scorers of the study: those that score its skies, and those that are compared."""
    return list(dict.fromkeys([*study.make.scorers, *study.make.compare_scorers]))


def features_of_scorer(study, scorer, sample):
    """Return the features of a sample for a scorer: a set of features, or the predictions of a network."""
    entry = study.entry("scorers", scorer)
    folder = f"network_scores/{entry.stage}" if entry.stage else f"features/{entry.features}"
    return f"results/{study.name}/{folder}/{sample}.h5"


def scored_features(study, scorer, split):
    """Return the features of the images of one part with known scores.

    ASSUME: a network knows its own training images too well, so the line through its scores is fitted to those of the
    validation part, which also give the interval: two numbers from them make it narrower by next to nothing.
    """
    known = study.entry("scorers", scorer).stage and split == "train"
    return features_of_scorer(study, scorer, scored_sample(study, "valid" if known else split))


def own_scores(study):
    """Return the check and the scores of the user's own images, if the study has some."""
    if not (study.make.score and study.make.scorers):
        return []
    scores = [f"results/{study.name}/scores/{scorer}/own.csv" for scorer in study.make.scorers]
    return [f"results/{study.name}/own.json", *scores]


def of_scorers(study, name):
    """Return a product of every scorer that scores the samples of the study."""
    return [f"results/{study.name}/scorers/{scorer}/{name}" for scorer in study.make.scorers]


def of_compared_scorers(study, name):
    """Return a product of every scorer in the table of scorers."""
    return [f"results/{study.name}/scorers/{scorer}/{name}" for scorer in study.make.compare_scorers]
