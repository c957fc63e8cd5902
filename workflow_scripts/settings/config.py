"""The complete config: its sections, and the products of a study."""

import re
from typing import Literal

from pydantic import field_validator

from workflow_scripts.settings.blending import Baseline, BlendSet
from workflow_scripts.settings.data import Dataset, Detection, Fields, Galaxies, Stamps
from workflow_scripts.settings.deblending import Deblender, Deblending
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.galaxies import Augmentation
from workflow_scripts.settings.generation import Generation, Sky
from workflow_scripts.settings.injection import Injection
from workflow_scripts.settings.judging import Judging, Metric
from workflow_scripts.settings.kinds import RESERVED
from workflow_scripts.settings.patches import (
    Background,
    Coordinates,
    Crops,
    Library,
    Noise,
    Patches,
    Sketches,
    SmallFields,
)
from workflow_scripts.settings.pictures import Pictures
from workflow_scripts.settings.report import Costs
from workflow_scripts.settings.requests import Request
from workflow_scripts.settings.samples import OwnImages
from workflow_scripts.settings.scoring import Ladder, Scorer
from workflow_scripts.settings.training import Stage

NAME = re.compile("[a-z][a-z0-9_]*")
NAMED = ("requests", "blends", "deblenders", "injections", "stages", "skies", "features", "scorers", "metrics")


class Make(Declared):
    """Products of a study, as names of entries of the sections."""

    blends: list[str] = option([], "Sets of blends to make.")
    deblenders: list[str] = option([], "Deblenders to compare on the test blends of every set.")
    injections: list[str] = option([], "Sources to inject into an image of the data set.")
    skies: list[str] = option([], "Skies to make.")
    generators: list[str] = option([], "Stages that generate galaxies on request.")
    requests: list[str] = option([], "Sets of galaxies that every generator makes.")
    classifier: str = option("", "A stage that predicts the class of generated galaxies, trained on real ones.")
    augmentation: Augmentation | None = option(
        None, "An experiment: does a classifier improve with generated galaxies?"
    )
    scorers: list[str] = option([], "Scorers to train and apply.")
    compare_scorers: list[str] = option([], "Scorers in the table of scorers.")
    metrics: list[str] = option([], "Metrics by which samples are compared.")
    experiments: list[str] = option([], "Skies whose scores are tabulated by the target `experiments`.")
    score: OwnImages | None = option(None, "Your own images to score.")


class Config(Declared):
    """All settings."""

    study: str = option("", "The study of a run without targets: the name of a file in studies/, or one of your own.")
    seed: int = option(42, "Seed of all random numbers.", ge=0)
    device: Literal["auto", "cpu", "cuda"] = option(
        "auto", "Device of networks; auto: a GPU if nvidia-smi lists one, and on a cluster."
    )
    precision: Literal["32-true", "bf16-mixed"] = option("32-true", "Precision of training; bf16-mixed: on a GPU.")
    torch_threads: int = option(
        2,
        "CPU threads of networks; it affects the last digits of results, so it does not depend on --cores.",
        ge=1,
    )
    dataset: Dataset = option(..., "Source of the images.")
    make: Make = option(Make(), "Products of the study.")
    fields: Fields = option(Fields(), "Division of images into fields.")
    detection: Detection = option(Detection(), "Detection of sources.")
    stamps: Stamps = option(Stamps(), "Stamps of sources, for blends.")
    galaxies: Galaxies = option(Galaxies(), "Stamps of galaxies with class and attributes.")
    pictures: Pictures = option(Pictures(), "Pictures without labels.")
    requests: dict[str, Request] = option({}, "Sets of galaxies to generate, by name.")
    patches: Patches = option(Patches(), "Single sources on black.")
    small_fields: SmallFields = option(SmallFields(), "Fields at a reduced size.")
    coordinates: Coordinates = option(Coordinates(), "Positions of sources.")
    background: Background = option(Background(), "Brightness distribution of the background.")
    noise: Noise = option(Noise(), "Noise between the sources.")
    library: Library = option(Library(), "Stamps of the data's sources, for skies of them.")
    sketches: Sketches = option(Sketches(), "Squares of the data with sketches of their sources, for painters.")
    blends: dict[str, BlendSet] = option({}, "Sets of blends, by name.")
    baseline: Baseline = option(Baseline(), "Baseline deblending of every set of blends by SEP.")
    deblenders: dict[str, Deblender] = option({}, "Deblenders, by name.")
    deblending: Deblending = option(Deblending(), "Detection for deblenders.")
    injections: dict[str, Injection] = option({}, "Sources to inject, by name.")
    crops: Crops = option(Crops(), "Central parts of stamps and blends, for generators of blends.")
    stages: dict[str, Stage] = option({}, "Networks to train, by name.")
    skies: dict[str, Sky] = option({}, "Recipes for wide fields, by name.")
    generation: Generation = option(Generation(), "Number of fields of each sky.")
    ladder: Ladder = option(Ladder(), "Real fields with damages of known strength, the training data of scorers.")
    features: dict[str, dict[str, dict | None]] = option(
        {}, "Sets of features, by name: files of workflow_scripts/features with their options."
    )
    scorers: dict[str, Scorer] = option({}, "Scorers, by name.")
    metrics: dict[str, Metric] = option({}, "Metrics, by name.")
    judging: Judging = option(Judging(), "Comparison of samples.")
    costs: Costs = option(Costs(), "Prices, for the table of costs.")

    @field_validator(*NAMED, mode="before")
    @classmethod
    def check_names(cls, entries, info):
        """Raise an error for names that are invalid in paths, or reserved for samples of real images."""
        for name in entries if isinstance(entries, dict) else ():
            if not NAME.fullmatch(str(name)):
                raise ValueError(f"{name!r}: a name has small letters, digits and _, a letter first")
            if name in RESERVED and info.field_name in ("skies", "stages"):
                raise ValueError(f"{name!r}: this name belongs to a sample of real images; choose another")
        return entries
