"""Settings of trained stages; the options and inputs of the rule train_stage."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared, nearest, option
from workflow_scripts.settings.kinds import FOLDER

TRAINING_DATA = {
    "patches": f"{FOLDER}/patches/{{split}}.h5",
    "grids": f"{FOLDER}/grids/{{split}}.h5",
    "class_grids": f"{FOLDER}/class_grids/{{split}}.h5",
    "small_fields": f"{FOLDER}/small_fields/{{split}}.h5",
    "coordinates": f"{FOLDER}/coordinates/{{split}}.h5",
    "galaxies": f"{FOLDER}/galaxies/{{split}}.h5",
    "pictures": f"{FOLDER}/pictures/{{split}}.h5",
    "crops": f"{FOLDER}/crops/training/{{split}}.h5",
    "sketches": f"{FOLDER}/sketches/{{split}}.h5",
}
CONDITIONS = {  # columns of the training data; those of galaxies, which are not listed, are of the data set
    "patches": ("flux", "peak", "flux_radius", "axis_ratio", "theta", "npix", "size_class"),
    "crops": ("blended",),
    **dict.fromkeys(("grids", "class_grids", "small_fields", "coordinates", "pictures", "scored"), ()),
}
SCORED = "scored"  # training images of scorers: of the ladder, or of the data set


class Stage(Declared):
    """A network, and the settings of its training."""

    model: str = option(..., "A file of workflow_scripts/models.")
    data: Literal[(*TRAINING_DATA, SCORED)] = option(..., "Training data.")
    condition: list[str] = option([], "Columns of the data that the model is conditioned on.")
    predictor: str = option(
        "", "A key of stages: a network that predicts the attributes of generated images, for the physics term."
    )
    steps: int = option(..., "Training steps.", ge=1)
    counted_in: Literal["steps", "epochs"] = option(
        "steps", "Unit of steps and checkpoint_every; an epoch is one pass over the training data."
    )
    batch: int = option(64, "Examples per step.", ge=2)
    augment: Literal["none", "dihedral"] = option("dihedral", "Rotate and mirror images at random.")
    stretch: Literal["none", "linear", "asinh", "asinh_noise", "light_and_weight"] = option(
        "asinh", "Stretch from pixel values to the range of the network; asinh_noise: linear for the noise; "
        "light_and_weight: asinh for all planes but the last one, for sketches.",
    )  # fmt: skip
    softening: float | None = option(
        None, "Of an asinh stretch, in the unit of the data: linear below, logarithmic above; null: a hundredth of the "
        "range of the data, three standard deviations of their noise, or one, for sketches.", gt=0,
    )  # fmt: skip
    anneal: bool = option(False, "Decrease the learning rate to 0 over the training.")
    ema_decay: float = option(0.995, "Decay of the averaged weights per step.", ge=0, lt=1)
    checkpoint_every: int = option(250, "Steps between checkpoints.", ge=1)
    keep: Literal["last", "best"] = option(
        "last", "Weights of the last checkpoint, or of the one with the smallest validation distance."
    )
    gpu: int = option(1, "Number of GPUs for the training.", ge=1)
    options: dict[str, Any] = option({}, "Options of the model.")

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for a softening of a stretch without one."""
        if self.softening is not None and self.stretch in ("none", "linear"):
            raise ValueError(f"softening: remove it, stretch {self.stretch} has none")
        return self


@dataclass(frozen=True)
class TrainStage:
    """Settings of a training."""

    stage: str
    model: str
    options: dict
    data: str
    condition: list
    predictor: str
    steps: int
    counted_in: str
    batch: int
    augment: str
    stretch: str
    softening: float | None
    anneal: bool
    ema_decay: float
    checkpoint_every: int
    keep: str
    gpus: int
    device: str
    precision: str
    torch_threads: int


@cache
def train_stage(study, stage) -> TrainStage:
    """Return the settings of the training of a stage."""
    entry = study.entry("stages", stage)
    options = study.check_options("models", entry.model, entry.options, "stages", stage)
    check_condition(study, stage, entry)
    check_predictor(study, stage, entry, options)
    given = entry.model_dump(exclude={"gpu", "options"})
    return TrainStage(stage=stage, options=options, gpus=entry.gpu, **given, **hardware(study, "precision"))


def hardware(study, *more):
    """Return the device of networks, and for training the precision."""
    return {key: getattr(study.config, key) for key in ("device", "torch_threads", *more)}


def check_condition(study, name, stage):
    """Raise an error for a condition that is no column of the training data of a stage."""
    known = CONDITIONS.get(stage.data, stage.condition)
    for column in stage.condition:
        if column not in known:
            where = study.where("stages", name, "condition")
            raise ValueError(f"{where}: no column {column!r} in {stage.data}{nearest(column, known)}")


def check_predictor(study, name, stage, options):
    """Raise an error for a predictor that does not exist, or whose training data differ from those of its stage.

    Raises
    ------
    ValueError
        If a setting is invalid; the message names its key.
    """
    where = study.where("stages", name)
    allowed = plugins.declared_at(where, "models", stage.model).uses_predictor
    weight = options["physics_weight"] if allowed else 0
    if not stage.predictor:
        if weight:
            raise ValueError(
                f"{where}.predictor: missing; name a stage that predicts attributes, or set physics_weight: 0"
            )
        return
    predictor = study.entry("stages", stage.predictor, "stages", name, "predictor")
    if not allowed:
        raise ValueError(f"{where}.predictor: model {stage.model} has no predictor")
    for key in ("data", "stretch", "softening"):
        own, other = getattr(stage, key), getattr(predictor, key)
        if own != other:
            raise ValueError(f"{where}.{key}: {own}, but its predictor {stage.predictor} has {other}: they must agree")
    lost = sorted(set(predictor.condition) - set(stage.condition))
    if lost:
        raise ValueError(
            f"{where}.condition: {', '.join(lost)} missing, which its predictor {stage.predictor} predicts"
        )


def models_of_stage(study, stage):
    """Return the model of a stage and that of its predictor."""
    names = filter(None, (stage, study.entry("stages", stage).predictor))
    return [f"models/{study.entry('stages', name).model}" for name in names]


def model_of(study, stage):
    """Return the model of a stage."""
    return [f"models/{study.entry('stages', stage).model}"]


def weights(study, *stages, endings=("safetensors", "json")):
    """Return the weights of stages, and the JSON beside them."""
    return [f"results/{study.name}/stages/{stage}/weights.{end}" for stage in stages for end in endings]


def predictor(study, stage):
    """Return the weights of the predictor of a stage, and the JSON beside them; nothing without one."""
    name = study.entry("stages", stage).predictor
    return weights(study, name) if name else []


def steps(study, stage):
    """Return the steps of a training as its priority: the longest training starts first."""
    return study.entry("stages", stage).steps


def check_gpus(study, stage, limit):
    """Raise an error for a stage that requests more GPUs than the limit of the run.

    Raises
    ------
    ValueError
        If it does; the message states the request and the limit.
    """
    needed = {"cpu": 0, "auto": 2, "cuda": 1}[study.config.device]  # `auto` also runs without a GPU
    gpus = study.entry("stages", stage).gpu
    if needed and gpus >= needed and gpus > limit:
        raise ValueError(
            f"{study.where('stages', stage, 'gpu')}: {gpus} GPUs, but the limit of this run is {limit}: "
            f"set --resources gpu={gpus}, or request fewer"
        )
