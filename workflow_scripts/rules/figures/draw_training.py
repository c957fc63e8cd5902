"""Rule draw_training: the curves of all trained stages, and what their networks drew on the way."""

from workflow_scripts.report import reading
from workflow_scripts.report.style import house_style, save
from workflow_scripts.report.training import draw_samples
from workflow_scripts.report.training import draw_training as draw_curves
from workflow_scripts.runtime.entry import run_rule


def draw_training(*, histories, drawn, learnt, training, samples, options):
    """Draw how the stages of a study were trained.

    Parameters
    ----------
    histories, drawn, learnt : list of str
        History, samples and training data of each stage.
    training, samples : str
        PNG written.
    options : dict
        `stages`: their names, in order.
    """
    curves = {stage: reading.history(path) for stage, path in zip(options["stages"], histories, strict=True)}
    files = zip(options["stages"], drawn, learnt, strict=True)
    with house_style():
        save(draw_curves(curves), training)
        save(draw_samples({stage: reading.stage(*paths) for stage, *paths in files}), samples)


if "snakemake" in globals():
    run_rule(draw_training, snakemake)
