"""Rule score_images: the similarity score of every image of a sample."""

import logging
from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.scoring import average, check_features, check_version, predict_intervals, score_rows
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins

BLOCK = 1024  # rows of features in memory at a time


def score_images(*, features, model, report, scores, details):
    """Score images by the mean over their tiles, clipped to [0, 8].

    Parameters
    ----------
    features : str
        Output of `extract_features`.
    model, report : str
        Outputs of `train_scorer`.
    scores : str
        CSV written: `Id,Predicted`; the Id is the name of the image, or its row in the stack if it has none.
    details : str
        CSV written: `Id,Predicted,Low,High,Outside`: the prediction interval, and 1 for an image outside the training
        support.

    Raises
    ------
    ValueError
        If the features are not those of the training, or the scorer has another format version.
    """
    about = read_json(report)
    check_version(about, report)
    plugin = plugins.load("scorers", about["scorer"])
    fitted = plugin.load(Path(model))
    with open_stack(features) as stack:
        check_features(stack.attributes, about, features)
        owner, rows = stack["owner"][:], stack.blocks("value", BLOCK)
        parts = [score_rows(value, about, lambda scaled: plugin.predict(fitted, scaled)) for value in rows]
        images, predicted, excess = per_image(parts, owner)
        names = names_of(stack, owner)
    low, high, outside = predict_intervals(predicted, excess, about)
    if outside.any():
        logging.warning("%d of %d images lie outside the training support of the scorer", outside.sum(), len(images))
    lines = [{"Id": names[i], "Predicted": f"{score:.4f}"} for i, score in zip(images, predicted, strict=True)]
    write_csv(scores, lines)
    more = zip(lines, low, high, outside, strict=True)
    write_csv(
        details, [{**line, "Low": f"{a:.4f}", "High": f"{b:.4f}", "Outside": int(out)} for line, a, b, out in more]
    )


def per_image(parts, owner):
    """Return the images, and the mean score and mean excess of each, from blocks of scores and excesses of tiles."""
    scores, excess = (np.concatenate(column) for column in zip(*parts, strict=True))
    images, predicted = average(scores, owner)
    return images, predicted, average(excess, owner)[1]


def names_of(stack, owner):
    """Return the name of each image by its number: that of its file if it has one."""
    names = stack["name"][:].astype(str) if "name" in stack else owner
    return dict(zip(owner.tolist(), names.tolist(), strict=True))


if "snakemake" in globals():
    run_rule(score_images, snakemake)
