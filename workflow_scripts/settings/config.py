"""The whole config: its sections, and what a study makes."""

import re
from typing import Literal

from pydantic import field_validator

from workflow_scripts.settings.blending import Baseline, BlendSet
from workflow_scripts.settings.data import Dataset, Detection, Fields, Galaxies, Stamps
from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.galaxies import Augmentation, Request
from workflow_scripts.settings.generation import Generation, Sky
from workflow_scripts.settings.judging import Judging, Metric
from workflow_scripts.settings.kinds import RESERVED
from workflow_scripts.settings.patches import Background, Coordinates, Crops, Library, Noise, Patches, SmallFields
from workflow_scripts.settings.report import Costs
from workflow_scripts.settings.samples import OwnImages
from workflow_scripts.settings.scoring import Ladder, Scorer
from workflow_scripts.settings.training import Stage

NAME = re.compile("[a-z][a-z0-9_]*")
NAMED = ("requests", "blends", "stages", "skies", "features", "scorers", "metrics")


class Make(Declared):
    """What a study makes of its data set: names of entries of the sections."""

    blends: list[str] = option([], "Sets of blends to make.")
    skies: list[str] = option([], "Skies to make.")
    generators: list[str] = option([], "Stages that generate galaxies on request.")
    requests: list[str] = option([], "Sets of galaxies that every generator makes.")
    classifier: str = option("", "A stage that predicts the class of generated galaxies, trained on real ones alone.")
    augmentation: Augmentation | None = option(
        None, "An experiment: does a classifier improve with generated galaxies?"
    )
    scorers: list[str] = option([], "Scorers to train and apply.")
    compare_scorers: list[str] = option([], "Scorers in the table of scorers.")
    metrics: list[str] = option([], "Metrics to compare samples by.")
    experiments: list[str] = option([], "Skies whose scores the target `experiments` tabulates.")
    score: OwnImages | None = option(None, "Images of your own to score.")


class Config(Declared):
    """All settings."""

    study: str = option(
        "", "The study that a bare `snakemake` makes: the name of a file in studies/, or one of your own."
    )
    seed: int = option(42, "Seed of all random numbers.", ge=0)
    device: Literal["auto", "cpu", "cuda"] = option(
        "auto", "Where networks run; auto: a GPU where nvidia-smi finds one, and on a cluster."
    )
    precision: Literal["32-true", "bf16-mixed"] = option("32-true", "Of training; bf16-mixed: on a GPU.")
    torch_threads: int = option(
        2,
        "CPU threads of networks; part of the result's last digits, so it is set here and not taken from --cores.",
        ge=1,
    )
    dataset: Dataset = option(..., "Where the images come from.")
    make: Make = option(Make(), "What the study makes.")
    fields: Fields = option(Fields(), "How images are cut into fields.")
    detection: Detection = option(Detection(), "Detection of sources.")
    stamps: Stamps = option(Stamps(), "Stamps of sources, which are blended.")
    galaxies: Galaxies = option(Galaxies(), "Stamps of galaxies with class and attributes.")
    requests: dict[str, Request] = option({}, "Sets of galaxies to generate, by name.")
    patches: Patches = option(Patches(), "Single sources on black.")
    small_fields: SmallFields = option(SmallFields(), "Whole fields at a reduced size.")
    coordinates: Coordinates = option(Coordinates(), "Positions of sources.")
    background: Background = option(Background(), "Brightness density of the background.")
    noise: Noise = option(Noise(), "Noise between the sources.")
    library: Library = option(Library(), "Stamps of the data's sources, for skies of them.")
    blends: dict[str, BlendSet] = option({}, "Sets of blends, by name.")
    baseline: Baseline = option(Baseline(), "The deblending by SEP that every set of blends is scored with.")
    crops: Crops = option(Crops(), "The middle of stamps and blends, for generators of blends.")
    stages: dict[str, Stage] = option({}, "Networks to train, by name.")
    skies: dict[str, Sky] = option({}, "Recipes for wide fields, by name.")
    generation: Generation = option(Generation(), "How many fields of each sky are made.")
    ladder: Ladder = option(Ladder(), "Real fields damaged by a known amount: what scorers learn from.")
    features: dict[str, dict[str, dict | None]] = option(
        {}, "Sets of features, by name: files of workflow_scripts/features with their options."
    )
    scorers: dict[str, Scorer] = option({}, "Scorers, by name.")
    metrics: dict[str, Metric] = option({}, "Metrics, by name.")
    judging: Judging = option(Judging(), "How samples are compared.")
    costs: Costs = option(Costs(), "Prices, for the table of costs.")

    @field_validator(*NAMED, mode="before")
    @classmethod
    def check_names(cls, entries, info):
        """Refuse names that cannot stand in paths, or that belong to a sample of real images."""
        for name in entries if isinstance(entries, dict) else ():
            if not NAME.fullmatch(str(name)):
                raise ValueError(f"{name!r}: a name has small letters, digits and _, a letter first")
            if name in RESERVED and info.field_name in ("skies", "stages"):
                raise ValueError(f"{name!r}: this name belongs to a sample of real images; choose another")
        return entries
