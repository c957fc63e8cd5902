"""Rule draw_extremes: the images with the lowest and the highest score of every sample."""

import numpy as np

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.extremes import N_SHOWN, draw_extremes_of
from workflow_scripts.report.style import draw_absent, house_style, save
from workflow_scripts.runtime.entry import run_rule


def draw_extremes(*, images, details, extremes, options):
    """Draw the worst and the best images in the eyes of the study's first scorer.

    Parameters
    ----------
    images : list of str
        Stacks of the real test fields and of every sky, in the order of `options["samples"]`.
    details : list of str
        What `score_images` wrote of them: `Id,Predicted,Low,High,Outside`; none where the study has no scorer.
    extremes : str
        PNG written.
    options : dict
        `samples`, their names; `scorers`, those of the study.
    """
    with house_style():
        if not details:
            save(draw_absent("Scorers"), extremes)
            return
        pairs = zip(options["samples"], images, details, strict=True)
        shown = {name: extremes_of(stack, table) for name, stack, table in pairs}
        save(draw_extremes_of(shown, options["scorers"][0]), extremes)


def extremes_of(path, table):
    """Return the images of a stack with the lowest and the highest scores, the lowest first, and their scores.

    Returns
    -------
    found : dict
        `image (k, y, x)`, `score (k,)`, `outside (k,) bool`.
    """
    lines = read_csv(table, ["Id", "Predicted", "Outside"])
    scores = np.array([float(line["Predicted"]) for line in lines])
    order = np.argsort(scores, kind="stable")
    chosen = order if len(order) <= 2 * N_SHOWN else np.concatenate([order[:N_SHOWN], order[-N_SHOWN:]])
    with open_stack(path) as stack:
        images = np.stack([stack["image"][int(lines[row]["Id"])] for row in chosen])
    images = images.mean(axis=-1) if images.ndim == 4 else images
    return {"image": images, "score": scores[chosen], "outside": [lines[row]["Outside"] == "1" for row in chosen]}


if "snakemake" in globals():
    run_rule(draw_extremes, snakemake)
