"""Checks of a study across sections."""

from workflow_scripts.settings import data, generation, judging, plugins, referees, samples, scoring
from workflow_scripts.settings.deblending import check_deblenders
from workflow_scripts.settings.galaxies import requested_table
from workflow_scripts.settings.injection import check_injections
from workflow_scripts.settings.pictures import check_pictures
from workflow_scripts.settings.requests import SOURCES, request_for
from workflow_scripts.settings.training import train_stage


def check(study):
    """Check references between sections, files, and the options of plugins.

    Raises
    ------
    ValueError
        If a setting is invalid; the message names its key.
    """
    data.fetch_dataset(study), study.kind  # noqa: B018  (raises if the data set is unknown)
    check_pictures(study)
    check_chosen(study)
    check_survey(study)
    check_galaxies(study)
    study.entry("blends", study.config.crops.blend, "crops", "blend")
    for stage in study.config.stages:
        train_stage(study, stage)
    for sky in study.config.skies:
        generation.roles(study, sky)
        generation.complete_options(study, sky)
    for feature in study.config.features:
        scoring.feature_set(study, feature)
    for scorer in study.config.scorers:
        scoring.scorer_options(study, scorer)
    for metric in study.config.metrics:
        judging.measured_metric(study, metric)
    referees.check_readable(study)
    check_deblenders(study)
    check_injections(study)
    check_files(study)


def check_chosen(study):
    """Raise an error for unknown names, and for scorers of samples that cannot be scored."""
    sections = {"compare_scorers": "scorers", "experiments": "skies"}
    for kind in ("blends", "deblenders", "injections", "skies", "scorers", "metrics", "requests", *sections):
        for name in getattr(study.make, kind):
            study.entry(sections.get(kind, kind), name, "make", kind)
    if study.kind.name != "fields" and study.make.scorers:
        kind = study.kind.name
        raise ValueError(
            f"{study.where('make.scorers')}: scorers are trained on damaged fields; remove them from a study of {kind}"
        )
    if study.make.experiments and not study.make.scorers:
        raise ValueError(f"{study.where('make.experiments')}: experiments compare scores: set make.scorers")


def check_survey(study):
    """Raise an error for products that need fields of one band without masked pixels, of a survey with others."""
    made = [kind for kind in ("blends", "skies", "scorers", "metrics") if getattr(study.make, kind)]
    if not made or not plugins.declaration("datasets", study.config.dataset.source).by_windows:
        return
    needed = f"{made[0]} need fields of one band without masked pixels"
    if study.config.fields.max_masked > 0:
        raise ValueError(f"{study.where('fields.max_masked')}: {needed}: set it to 0")
    bands = data.fetch_dataset(study).options["bands"]
    if sum(bool(band["science"]) for band in bands.values()) > 1:
        raise ValueError(
            f"{study.where('dataset.options.bands')}: {needed}: give one band, or leave out make.{made[0]}"
        )


def check_files(study):
    """Check that the user's files exist: lists of sources, tables of requests, images to score."""
    for sky in study.make.skies:
        generation.parts_of_sky(study, sky)
    for request in study.make.requests:
        if study.config.requests[request].source not in SOURCES:
            requested_table(study, request)
    if study.make.score:
        samples.own_images(study)


def check_galaxies(study):
    """Raise an error for an inconsistent combination of generators, classifier and augmentation.

    Raises
    ------
    ValueError
        If a setting is invalid; the message names its key.
    """
    for name in study.make.generators:
        stage = study.entry("stages", name, "make", "generators")
        if stage.data != "galaxies" or not stage.condition:
            raise ValueError(f"{study.where('make.generators')}: stage {name} needs data: galaxies and a condition")
    for use in ("recovery", "sweep", "comparison") if study.make.generators else ():
        request_for(study, use)
    if study.make.classifier:
        check_classifier(study, study.make.classifier)
    given, where = study.make.augmentation, study.where("make.augmentation")
    if given and not study.make.classifier:
        raise ValueError(f"{where}: set make.classifier")
    if given and given.generator not in study.make.generators:
        raise ValueError(f"{where}.generator: {given.generator!r} is not among the study's generators")


def check_classifier(study, name):
    """Raise an error for a classifier that does not predict classes alone, and for generators without a class."""
    stage, where = study.entry("stages", name, "make", "classifier"), study.where("make.classifier")
    classifies = plugins.declared_at(where, "models", stage.model).task == "classify"
    if stage.data != "galaxies" or stage.condition != ["class"] or not classifies:
        raise ValueError(f"{where}: stage {name} needs a model that classifies, data: galaxies, condition: [class]")
    if stage.counted_in != "steps":
        raise ValueError(f"{where}: count the training of stage {name} in steps")
    blind = [one for one in study.make.generators if "class" not in study.entry("stages", one).condition]
    if blind:
        raise ValueError(f"{where}: {', '.join(blind)} cannot be conditioned on a class")
