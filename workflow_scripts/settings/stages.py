"""The stages that a study trains, their purpose, and the jobs of each generated sample."""

from dataclasses import asdict, dataclass

from workflow_scripts.settings.generation import stages_of_sky
from workflow_scripts.settings.requests import request_for
from workflow_scripts.settings.scoring import scorers_fitted


@dataclass(frozen=True)
class Making:
    """The jobs of a generated sample, for its costs.

    Attributes
    ----------
    files : list of str
        Names of its benchmarks.
    n : int
        Images.
    rule : str
        That makes it.
    stages : list of str
        Trained for it.
    """

    files: list
    n: int
    rule: str
    stages: list


def stages_used(study):
    """Return the stages of the skies and galaxies of a study, in the order of their first use."""
    skies = [stage for sky in study.make.skies for stage in stages_of_sky(study, sky)]
    return list(dict.fromkeys([*skies, *study.make.generators]))


def stages_with_physics_loss(study):
    """Return the stages with a physics loss."""
    return [name for name in stages_used(study) if study.entry("stages", name).predictor]


def stages_trained(study):
    """Return the stages used, their predictors, the classifier, and the networks that predict scores."""
    predictors = [study.entry("stages", name).predictor for name in stages_with_physics_loss(study)]
    scorers = [study.entry("scorers", name).stage for name in scorers_fitted(study)]
    evaluators = filter(None, [study.make.classifier, *scorers])
    return list(dict.fromkeys([*predictors, *stages_used(study), *evaluators]))


def making(study):
    """Return the jobs of each generated sample, by name."""
    found = {sky: making_of_sky(study, sky) for sky in study.make.skies}
    found |= {name: making_of_galaxies(study, name) for name in study.make.generators}
    return {name: asdict(found[name]) for name in sorted(found)}


def making_of_sky(study, sky):
    """Return the jobs of a sky."""
    stages = sorted(set(stages_of_sky(study, sky)))
    made = study.config.generation
    files = [f"{sky}_{shard}" for shard in range(made.n_shards)]
    return Making(files, made.n_fields, "generate_skies", stages)


def making_of_galaxies(study, stage):
    """Return the jobs of the galaxies of a generator that are compared with real ones."""
    stages = sorted({stage, study.entry("stages", stage).predictor or stage})
    request = request_for(study, "comparison")
    return Making([f"{request}_{stage}"], study.entry("requests", request).n, "generate_stamps", stages)
