"""Rule draw_health: diagnostics of trainings with a physics loss."""

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.report import figure_data
from workflow_scripts.report.health import draw_diagnostics
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawHealth


def draw_health(*, histories, health, options: DrawHealth):
    """Draw the diagnostics of the published trainings.

    Parameters
    ----------
    histories : list of str
        Outputs of `train_stage` for each of `options.stages`.
    health : str
        PNG written.
    options : settings.figures.DrawHealth
    """
    read = {stage: figure_data.history(path) for stage, path in by_folder(histories, options.stages).items()}
    with house_style():
        save(draw_diagnostics(read), health)


if "snakemake" in globals():
    run_rule(draw_health, snakemake)
