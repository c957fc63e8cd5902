"""Rule draw_training: training curves of all stages, and samples drawn during the training."""

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.report import figure_data
from workflow_scripts.report.style import house_style, save
from workflow_scripts.report.training import draw_samples
from workflow_scripts.report.training import draw_training as draw_curves
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawTraining


def draw_training(*, histories, drawn, training_data, training, samples, options: DrawTraining):
    """Draw training curves and samples of the stages of a study.

    Parameters
    ----------
    histories, drawn : list of str
        History and samples of each stage.
    training_data : list of str
        Training data; several stages may share a file.
    training, samples : str
        PNG written.
    options : settings.figures.DrawTraining
    """
    data = dict(options.stages)
    curves = {stage: figure_data.history(path) for stage, path in by_folder(histories, data).items()}
    found = by_folder(drawn, data)
    samples_of = {stage: figure_data.stage(found[stage], find_data(end, training_data)) for stage, end in data.items()}
    with house_style():
        save(draw_curves(curves), training)
        save(draw_samples(samples_of), samples)


def find_data(end, paths):
    """Return the path with a given end."""
    return next(path for path in paths if str(path).endswith(end))


if "snakemake" in globals():
    run_rule(draw_training, snakemake)
