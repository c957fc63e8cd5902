"""Rule draw_extremes: the images with the lowest and the highest score of every sample."""

import numpy as np

from workflow_scripts.formats.product_names import by_folder, by_stem
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.extremes import N_SHOWN, draw_extreme_scores
from workflow_scripts.report.style import draw_absent, house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.figures import DrawExtremes


def draw_extremes(*, real_test, sky_fields, details, extremes, options: DrawExtremes):
    """Draw the images with the lowest and the highest scores by the first scorer of the study.

    Parameters
    ----------
    real_test, sky_fields : str, list of str
        Stacks of the real test fields and of every generated sample.
    details : list of str
        Outputs of `score_images`, `{sample}.csv`; empty if the study has no scorer.
    extremes : str
        PNG written.
    options : settings.figures.DrawExtremes
    """
    with house_style():
        if not details:
            save(draw_absent("Scorers"), extremes)
            return
        tables = by_stem(details, options.samples)
        stacks = {"real_test": real_test, **by_folder(sky_fields, options.samples[1:])}
        found = {name: read_extremes(stack, tables[name]) for name, stack in stacks.items()}
        save(draw_extreme_scores(found, options.scorers[0]), extremes)


def read_extremes(path, table):
    """Return the images of a stack with the lowest and the highest scores, in increasing order, and their scores.

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
