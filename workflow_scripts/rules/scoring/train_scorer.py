"""Rule train_scorer: fit a scorer on one ladder, report its error on another."""

from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import whole_file, write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.judging.scorer_errors import mean_error
from workflow_scripts.judging.scoring import (
    BEST_SCORE,
    FORMAT_VERSION,
    average,
    calibrate,
    describe_features,
    errors_by_score,
    predict_intervals,
    scale,
    score_rows,
)
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.scoring import TrainScorer

MIN_IMAGES = 10  # of each part: fewer give no meaningful errors and intervals


def train_scorer(
    *,
    train_features,
    valid_features,
    test_features,
    model,
    report,
    predictions,
    options: TrainScorer,
    seed,
    code,
    threads,
):
    """Fit a scorer on one part of the sky, calibrate its interval on a second, report its error on a third.

    Parameters
    ----------
    train_features, valid_features, test_features : str
        Stacks of `extract_features` with `score`; they share no block.
    model : str
        Written in the scorer's own format.
    report : str
        JSON written: inputs of the model (columns, means, standard deviations, ranges), its prediction interval, and
        its error per image of the test part, overall and per score.
    predictions : str
        CSV written: `Id,Actual,Predicted,Low,High,Outside,Block` of the test part.
    options : settings.scoring.TrainScorer
    threads : int
        Number of threads; it does not affect the model.

    Raises
    ------
    ValueError
        If the features have no scores, or a part has too few images.
    """
    plugin = plugins.load("scorers", options.scorer)
    train, valid, test = (read_scored(path) for path in (train_features, valid_features, test_features))
    settings, about = plugins.options_of(plugin, options.options), describe_features(train["value"])
    fitted = plugin.fit(
        scale(train["value"], about), train["score"], settings, groups=train["group"], seed=seed, threads=threads
    )
    for part in (valid, test):
        part |= images_of(part, about, lambda value: plugin.predict(fitted, value))
    about |= calibrate(valid["predicted"], valid["actual"], valid["excess"])
    found = errors_of(test, about, rng(seed, "train_scorer"), options.n_bootstrap)
    with whole_file(model) as part:
        plugin.save(fitted, part)
    write_predictions(predictions, test, about)
    described = {"columns": train["columns"], "measured_on": train["measured_on"], "n_train": len(train["value"])}
    known = {"scorer": options.scorer, "options": options.options, "code": code, "format_version": FORMAT_VERSION}
    write_json(report, {**known, **described, **about, **found})


def images_of(part, about, predict):
    """Return a part's columns per image: predicted and actual score, excess, block and number."""
    scores, excess = score_rows(part["value"], about, predict)
    owners, first = np.unique(part["owner"], return_index=True)
    return {
        "predicted": average(scores, part["owner"])[1],
        "excess": average(excess, part["owner"])[1],
        "actual": part["score"][first],
        "block": part["group"][first],
        "image": owners,
    }


def errors_of(test, about, generator, n_bootstrap):
    """Return the errors on the test part, and the coverage of the prediction interval."""
    error = mean_error(test["predicted"], test["actual"], test["block"], generator, n_bootstrap)
    low, high, outside = predict_intervals(test["predicted"], test["excess"], about)
    inside = (test["actual"] >= low) & (test["actual"] <= high)
    by_score = errors_by_score(test["predicted"], test["actual"])
    return {**error, "coverage": float(inside.mean()), "share_outside": float(outside.mean()), "by_score": by_score}


def write_predictions(path, test, about):
    """Write the predictions on the test part."""
    low, high, outside = predict_intervals(test["predicted"], test["excess"], about)
    columns = {"Actual": test["actual"], "Predicted": test["predicted"], "Low": low, "High": high}
    write_csv(
        path,
        [
            {
                "Id": image,
                **{name: f"{values[row]:.4f}" for name, values in columns.items()},
                "Outside": int(outside[row]),
                "Block": test["block"][row],
            }
            for row, image in enumerate(test["image"])
        ],
    )


def read_scored(path):
    """Return the columns of a stack of scored features.

    Raises
    ------
    ValueError
        If there is no score, a score is not in [0, 8], or there are too few images.
    """
    with open_stack(Path(path)) as stack:
        if "score" not in stack:
            raise ValueError(
                f"{path}: no column 'score': a scorer is trained on scored images: those of the "
                "ladder, or with training_scores: data of a data set that has scores (dataset.options.use: scored)"
            )
        columns = {name: stack[name][:] for name in ("value", "owner", "group", "score")}
        found = len(np.unique(columns["owner"]))
        if found < MIN_IMAGES:
            raise ValueError(
                f"{path}: {found} scored images; at least {MIN_IMAGES} are needed: raise ladder.copies, or the "
                "fraction of this part in fields.split if the scores are the data's"
            )
        if not ((columns["score"] >= 0) & (columns["score"] <= BEST_SCORE)).all():
            raise ValueError(f"{path}: a score is not in 0 to {BEST_SCORE:g}")
        return {**columns, **{name: stack.attributes[name] for name in ("columns", "measured_on")}}


if "snakemake" in globals():
    run_rule(train_scorer, snakemake)
