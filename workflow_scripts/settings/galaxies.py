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
    n_real: int | None = option(100, "Real galaxies of the rare class that are kept; null: all.", ge=2)
    n_seeds: int = option(5, "Trainings of each kind.", ge=2)


@dataclass(frozen=True)
class CheckRequests:
    """The columns that can be requested."""

    condition: list


@dataclass(frozen=True)
class GenerateStamps:
    """All that generating a set of requests depends on, besides the table and the stage."""

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
    """Whether pixels are proportional to light."""

    linear: bool


@dataclass(frozen=True)
class MeasureRecovery:
    """All that measuring the sliders depends on."""

    generators: list
    n_measured: int
    truth_is_known: bool


@dataclass(frozen=True)
class ClassifyStamps:
    """All that applying a network to generated galaxies depends on, besides its weights."""

    generators: list
    device: str
    torch_threads: int


@dataclass(frozen=True)
class CompareAugmentation:
    """All that the experiment with augmented training sets depends on."""

    generator: str
    rare: str
    n_real: int | None
    n_seeds: int
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


def check_requests(study, stage):
    """Return the columns that can be requested of a stage."""
    return CheckRequests(study.entry("stages", stage).condition)


def generate_stamps(study, request, stage):
    """Return all that generating a set of requests depends on, besides the table and the stage."""
    entry = study.entry("requests", request).model_dump(exclude={"use"})
    entry["source"] = entry["source"] if entry["source"] in SOURCES else "table"
    return GenerateStamps(request=request, stage=stage, **entry, **hardware(study))


def catalogue_stamps(study):
    """Return whether the pixels of the data set's galaxies are proportional to light."""
    return CatalogueStamps(is_linear(study))


def is_linear(study):
    """Tell whether the pixels of the data set's galaxies are proportional to light."""
    return plugins.declaration("datasets", study.config.dataset.source).linear


def measure_recovery(study):
    """Return all that measuring attribute recovery depends on."""
    known = is_linear(study) and study.config.galaxies.attributes == "known"
    return MeasureRecovery(study.make.generators, study.config.galaxies.n_measured, known)


def classify_stamps(study):
    """Return all that classifying generated galaxies depends on, besides the weights."""
    return ClassifyStamps(study.make.generators, **hardware(study))


def measure_physics(study):
    """Return all that predicting the attributes of generated galaxies depends on, besides the weights."""
    return classify_stamps(study)


def compare_augmentation(study):
    """Return all that the experiment with augmented training sets depends on."""
    given, stage = study.make.augmentation, train_stage(study, study.make.classifier)
    taken = set(CompareAugmentation.__dataclass_fields__) & set(vars(stage))
    return CompareAugmentation(**given.model_dump(), **{key: getattr(stage, key) for key in taken})


def predictor_of_study(study):
    """Return the stage that predicts the attributes of what the generators draw, or an empty string."""
    names = (study.entry("stages", name).predictor for name in study.make.generators)
    return next(filter(None, names), "")


def networks_applied(study):
    """Return the tables that networks make of generated galaxies, in the order of the page."""
    made = {
        "purity": study.make.classifier,
        "physics": predictor_of_study(study),
        "augmentation": study.make.augmentation,
    }
    return [name for name, wanted in made.items() if wanted]


def judging_network(study, kind):
    """Return the study's `classifier` or `predictor`.

    Raises
    ------
    ValueError
        Where it has none.
    """
    stage = study.make.classifier if kind == "classifier" else predictor_of_study(study)
    if not stage:
        raise ValueError(f"{study.where('make')}: no {kind} among what the study makes")
    return stage


def judging_weights(study, kind, ending):
    """Return the weights of the study's `classifier` or `predictor`, or the JSON beside them."""
    return weights(study, judging_network(study, kind), endings=[ending])[0]


def judging_model(study, kind):
    """Return the model of the study's `classifier` or `predictor`."""
    return model_of(study, judging_network(study, kind))


def requested_table(study, request):
    """Return the user's table of requests.

    Raises
    ------
    ValueError
        Where they are drawn from the data, or the table is not there.
    """
    source, where = study.entry("requests", request).source, study.where("requests", request, "source")
    if source in SOURCES:
        raise ValueError(f"{where}: {source} is no table")
    return existing(source, where)


def table_of_request(study, request, stage):
    """Return the user's table of requests and the check of it; nothing where they are drawn from the data."""
    if study.entry("requests", request).source in SOURCES:
        return []
    return [requested_table(study, request), f"results/{study.name}/generated/{request}/{stage}/requests.json"]


def augmenting_galaxies(study):
    """Return the generated galaxies that the experiment adds to the training set."""
    if not study.make.augmentation:
        raise ValueError(f"{study.where('make')}: no augmentation among what the study makes")
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
