"""Rule draw_health: the health of trainings whose drawings a predictor checks."""

from workflow_scripts.report import reading
from workflow_scripts.report.health import draw_health_of
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule


def draw_health(*, histories, health, options):
    """Draw the health metrics of the published trainings.

    Parameters
    ----------
    histories : list of str
        What `train_stage` wrote of each of `options["stages"]`.
    health : str
        PNG written.
    options : dict
        `stages`, their names.
    """
    read = {stage: reading.history(path) for stage, path in zip(options["stages"], histories, strict=True)}
    with house_style():
        save(draw_health_of(read), health)


if "snakemake" in globals():
    run_rule(draw_health, snakemake)
