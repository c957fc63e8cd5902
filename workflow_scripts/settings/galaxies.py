"""Settings of galaxies on request; the options and inputs of the rules of rules/galaxies.smk."""

from dataclasses import dataclass

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import existing
from workflow_scripts.settings.requests import SOURCES, generated_for
from workflow_scripts.settings.training import hardware, model_of, train_stage, weights


class Augmentation(Declared):
    """A classifier of a rare class, trained with and without generated galaxies of it."""

    generator: str = option(..., "One of the study's generators.")
    rare: str = option(..., "A class of the data set.")
    n_real: int | None = option(100, "Number of real galaxies of the rare class in the training sets; null: all.", ge=2)
    n_seeds: int = option(5, "Number of trainings with each training set.", ge=2)


@dataclass(frozen=True)
class CheckRequests:
    """The columns that can be requested."""

    condition: list


@dataclass(frozen=True)
class GenerateStamps:
    """Settings of the generation of requested galaxies."""

    request: str
    stage: str
    source: str
    n: int
    balance: bool
    strict: bool
    device: str
    torch_threads: int


@dataclass(frozen=True)
class CatalogueStamps:
    """Whether pixels are proportional to flux; else the apparent attributes alone are measured."""

    linear: bool


@dataclass(frozen=True)
class MeasureRecovery:
    """Settings of the attribute recovery."""

    generators: list
    n_measured: int
    truth_is_known: bool


@dataclass(frozen=True)
class ClassifyStamps:
    """Settings of the application of a network to generated galaxies."""

    generators: list
    device: str
    torch_threads: int


@dataclass(frozen=True)
class CompareAugmentation:
    """Settings of the experiment with augmented training sets."""

    generator: str
    rare: str
    n_real: int | None
    n_seeds: int
    anneal: bool
    augment: str
    batch: int
    ema_decay: float
    model: str
    options: dict
    softening: float | None
    steps: int
    stretch: str
    device: str
    precision: str
    torch_threads: int


def check_requests(study, stage) -> CheckRequests:
    """Return the columns that can be requested of a stage."""
    return CheckRequests(study.entry("stages", stage).condition)


def generate_stamps(study, request, stage) -> GenerateStamps:
    """Return the settings of the generation of requested galaxies."""
    entry = study.entry("requests", request).model_dump(exclude={"use"})
    entry["source"] = entry["source"] if entry["source"] in SOURCES else "table"
    return GenerateStamps(request=request, stage=stage, **entry, **hardware(study))


def catalogue_stamps(study) -> CatalogueStamps:
    """Return whether the pixels of galaxies are proportional to flux, as options."""
    return CatalogueStamps(is_linear(study))


def is_linear(study):
    """Return whether the pixels of galaxies are proportional to flux."""
    return plugins.declaration("datasets", study.config.dataset.source).linear


def measure_recovery(study) -> MeasureRecovery:
    """Return the settings of the attribute recovery."""
    known = is_linear(study) and study.config.galaxies.attributes == "known"
    return MeasureRecovery(study.make.generators, study.config.galaxies.n_measured, known)


def classify_stamps(study) -> ClassifyStamps:
    """Return the settings of the classification of generated galaxies."""
    return ClassifyStamps(study.make.generators, **hardware(study))


def measure_physics(study) -> ClassifyStamps:
    """Return the settings of the prediction of attributes of generated galaxies."""
    return classify_stamps(study)


def compare_augmentation(study) -> CompareAugmentation:
    """Return the settings of the experiment with augmented training sets."""
    given, stage = study.make.augmentation, train_stage(study, study.make.classifier)
    taken = set(CompareAugmentation.__dataclass_fields__) & set(vars(stage))
    return CompareAugmentation(**given.model_dump(), **{key: getattr(stage, key) for key in taken})


def predictor_of_study(study):
    """Return the stage that predicts the attributes of generated galaxies, or an empty string."""
    names = (study.entry("stages", name).predictor for name in study.make.generators)
    return next(filter(None, names), "")


def networks_applied(study):
    """Return the tables of networks applied to generated galaxies, in the order of the report."""
    made = {
        "purity": study.make.classifier,
        "physics": predictor_of_study(study),
        "augmentation": study.make.augmentation,
    }
    return [name for name, setting in made.items() if setting]


def network_applied(study, kind):
    """Return the `classifier` or `predictor` of the study.

    Raises
    ------
    ValueError
        If it has none.
    """
    stage = study.make.classifier if kind == "classifier" else predictor_of_study(study)
    if not stage:
        key = "make.classifier" if kind == "classifier" else "make.generators: predictor of a generator"
        raise ValueError(f"{study.where(key)} is not set")
    return stage


def weights_applied(study, kind, ending):
    """Return the weights of the `classifier` or `predictor` of the study, or the JSON beside them."""
    return weights(study, network_applied(study, kind), endings=[ending])[0]


def model_applied(study, kind):
    """Return the model of the `classifier` or `predictor` of the study."""
    return model_of(study, network_applied(study, kind))


def requested_table(study, request):
    """Return the user's table of requests.

    Raises
    ------
    ValueError
        If they are drawn from the data, or the table is not there.
    """
    source, where = study.entry("requests", request).source, study.where("requests", request, "source")
    if source in SOURCES:
        raise ValueError(f"{where}: {source!r} is not a table")
    return existing(source, where)


def check_condition(study, request, stage):
    """Raise an error for a stage that is not conditioned on what a request varies.

    Raises
    ------
    ValueError
        If the stage has no condition, or strips have no attribute to vary.
    """
    where, condition = study.where("requests", request), study.entry("stages", stage).condition
    if not condition:
        raise ValueError(f"{where}: stage {stage} has no condition: name columns in stages.{stage}.condition")
    if study.entry("requests", request).source == "strips" and condition == ["class"]:
        raise ValueError(
            f"{where}: strips vary an attribute, but stage {stage} is conditioned on the class alone: add an attribute "
            f"to stages.{stage}.condition, or choose source: train or test"
        )


def table_of_request(study, request, stage):
    """Return the user's table of requests and its check; nothing if requests are drawn from the data."""
    check_condition(study, request, stage)
    if study.entry("requests", request).source in SOURCES:
        return []
    return [requested_table(study, request), f"results/{study.name}/generated/{request}/{stage}/requests.json"]


def augmenting_galaxies(study):
    """Return the generated galaxies for the augmented training set."""
    if not study.make.augmentation:
        raise ValueError(f"{study.where('make', 'augmentation')} is not set")
    return generated_for(study, "comparison", study.make.augmentation.generator, "stamps.h5")


def requested_products(study):
    """Return the products of the study's own requests."""
    names = ("stamps.h5", "catalogue.ecsv", "stamps.fits", "pictures.zip")
    return [
        f"results/{study.name}/generated/{request}/{stage}/{name}"
        for request in study.make.requests
        for stage in study.make.generators
        for name in names
    ]
