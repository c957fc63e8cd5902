"""Rule train_scorer: fit a scorer on one ladder, report its error on another."""

from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import whole_file, write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng
from workflow_scripts.judging.scores import mean_error, per_image

BEST_SCORE = 8.0


def train_scorer(*, train_features, test_features, model, report, predictions, options, seed, code, threads):
    """Fit a scorer.

    Parameters
    ----------
    train_features, test_features : str
        Stacks of `extract_features` with `score`; they share no field.
    model : str
        Written in the scorer's own format.
    report : str
        JSON written: what the model takes (columns, means, deviations), its error per image on the test ladder.
    predictions : str
        CSV written: `Id,Actual,Predicted` of the test ladder.
    options : dict
        `scorer` (the plugin), `options` (its own), `n_bootstrap`.
    threads : int
        They change no byte of the model.

    Raises
    ------
    ValueError
        Where the features carry no scores.
    """
    plugin = plugins.load("scorers", options["scorer"])
    train, test = read_scored(train_features), read_scored(test_features)
    mean, deviation = train["value"].mean(axis=0), train["value"].std(axis=0)
    deviation[deviation == 0] = 1.0
    settings = plugin.Options(**options["options"])
    scaled = (train["value"] - mean) / deviation
    fitted = plugin.fit(scaled, train["score"], settings, seed=seed, threads=threads)
    tiles = np.clip(plugin.predict(fitted, (test["value"] - mean) / deviation), 0, BEST_SCORE)
    predicted, actual, group = per_image(tiles, test)
    error = mean_error(predicted, actual, group, rng(seed, "train_scorer"), options["n_bootstrap"])
    with whole_file(model) as part:
        plugin.save(fitted, part)
    pairs = enumerate(zip(actual, predicted, strict=True))
    write_csv(predictions, [{"Id": i, "Actual": f"{a:.4f}", "Predicted": f"{p:.4f}"} for i, (a, p) in pairs])
    write_json(
        report,
        {
            "scorer": options["scorer"],
            "options": options["options"],
            "columns": train["columns"],
            "code": code,
            "mean": mean.tolist(),
            "deviation": deviation.tolist(),
            "n_train": len(scaled),
            **error,
        },
    )


def read_scored(path):
    """Return the columns of a stack of scored features.

    Raises
    ------
    ValueError
        Where there is no score.
    """
    with open_stack(Path(path)) as stack:
        if "score" not in stack:
            raise ValueError(f"{path}: no column 'score': a scorer is trained on scored images (a ladder)")
        columns = {name: stack[name][:] for name in ("value", "owner", "group", "score")}
        return {**columns, "columns": stack.attributes["columns"]}


if "snakemake" in globals():
    run_rule(train_scorer, snakemake)
