"""Rule score_images: the similarity score of every image of a sample."""

from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule

BEST_SCORE = 8.0


def score_images(*, features, model, report, scores):
    """Score images: the mean of their tiles' scores, clipped to [0, 8].

    Parameters
    ----------
    features : str
        Stack of `extract_features`.
    model, report : str
        What `train_scorer` wrote.
    scores : str
        CSV written: `Id,Predicted`, the Id being the image's row in its stack.

    Raises
    ------
    ValueError
        Where the features are not those that the scorer was trained on.
    """
    about = read_json(report)
    plugin = plugins.load("scorers", about["scorer"])
    with open_stack(features) as stack:
        if stack.attributes["columns"] != about["columns"]:
            raise ValueError(f"{features}: not the features that {model} was trained on (another size or another set)")
        scaled = (stack["value"][:] - np.array(about["mean"])) / np.array(about["deviation"])
        owner = stack["owner"][:]
    tiles = np.clip(plugin.predict(plugin.load(Path(model)), scaled), 0, BEST_SCORE)
    predicted = np.bincount(owner, tiles) / np.bincount(owner)
    write_csv(scores, [{"Id": i, "Predicted": f"{score:.4f}"} for i, score in enumerate(predicted)])


if "snakemake" in globals():
    run_rule(score_images, snakemake)
