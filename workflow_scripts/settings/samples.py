"""Paths of the images of every sample: real parts, ladders, skies, generated galaxies, the user's own files."""

from workflow_scripts.settings.declared import Declared, option
from workflow_scripts.settings.files import expand
from workflow_scripts.settings.kinds import CONTROL_SAMPLES, DAMAGED_SAMPLES, LADDER_SAMPLES, REAL_SAMPLES
from workflow_scripts.settings.requests import generated_for
from workflow_scripts.settings.training import SCORED, TRAINING_DATA


class OwnImages(Declared):
    """Your own images to score."""

    images: list[str] = option(
        ..., "Files of images of one size, folders or patterns; or one stack (HDF5).", min_length=1
    )
    skip_broken: bool = option(False, "Skip unusable files, and list them.")


def scored_sample(study, split):
    """Return the sample of one part with known scores: the ladder, or real images of a data set with scores."""
    return f"{'real' if study.config.judging.training_scores == 'data' else 'ladder'}_{split}"


def own_images(study):
    """Return the user's files to be scored.

    Raises
    ------
    ValueError
        If the study names none, or one that is not there.
    """
    if not study.make.score:
        raise ValueError(f"{study.where('make.score')}: missing; name the images that are to be scored")
    return expand(study.make.score.images, study.where("make", "score", "images"))


def images_of(study, sample):
    """Return the images of a sample: real, damaged, generated, or the user's own files."""
    kind, _, split = sample.partition("_")
    if sample == "own":
        return own_images(study)
    if sample in REAL_SAMPLES:
        return study.kind.real.format(study=study.name, split=split)
    if sample in LADDER_SAMPLES:
        return f"results/{study.name}/ladder/{split}.h5"
    if sample in DAMAGED_SAMPLES:
        return f"results/{study.name}/damaged/test_{split}.h5"
    if sample in CONTROL_SAMPLES:
        return f"results/{study.name}/damaged/train_{split}.h5"
    if sample in study.make.generators:
        return generated_for(study, "comparison", sample, "stamps.h5")
    study.entry("skies", sample)
    return f"results/{study.name}/skies/{sample}/fields.h5"


def training_data(study, stage, split):
    """Return one part of the training data of a stage."""
    kind = study.entry("stages", stage).data
    if kind == SCORED:
        return images_of(study, scored_sample(study, split))
    return TRAINING_DATA[kind].format(study=study.name, split=split)
