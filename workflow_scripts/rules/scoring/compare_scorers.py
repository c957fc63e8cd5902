"""Rule compare_scorers: the errors of all scorers on the same test images, in one table and one figure."""

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.scorer_errors import mean_difference
from workflow_scripts.report.scorers import draw_calibrations
from workflow_scripts.report.style import house_style, save
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.scoring import CompareScorers

N_DRAWS = 10_000  # bootstrap samples of blocks: the limits of an interval vary by less than 2 % of its width


def compare_scorers(*, reports, predictions, table, scorers, options: CompareScorers, seed):
    """Compare scorers that were trained on one ladder and tested on another.

    Parameters
    ----------
    reports, predictions : list of str
        Outputs of `train_scorer` for every scorer.
    table : str
        CSV written, smallest error first: `scorer, kind, mae, mae_low, mae_high` (95 %, over blocks), `bias,
        mae_constant, coverage` (of the 90 % interval), `share_outside, n_train, n_test, n_blocks`, `more, more_low,
        more_high` (paired difference between its error and that of the first scorer, 95 %), and the error in unit
        bins of the actual score, `mae_0` to `mae_7`.
    scorers : str
        PNG written: predicted against actual scores of each scorer, with its prediction interval.
    options : settings.scoring.CompareScorers

    Raises
    ------
    ValueError
        If the scorers were not tested on the same images.
    """
    reports, predictions = (by_folder(paths, options.scorers) for paths in (reports, predictions))
    found = {name: {**read_json(reports[name]), **read_pairs(predictions[name])} for name in options.scorers}
    found = dict(sorted(found.items(), key=lambda item: item[1]["mae"]))
    best = next(iter(found.values()))
    for name, about in found.items():
        if not all(np.array_equal(about[key], best[key]) for key in ("id", "block", "actual")):
            raise ValueError(f"{name} and the first scorer have different test images: train both again")
    write_csv(table, [row_of(name, about, best, seed) for name, about in found.items()])
    with house_style():
        save(draw_calibrations(found), scorers)


def read_pairs(path):
    """Return the ids, blocks, actual and predicted scores of the test images."""
    columns = ["Id", "Block", "Actual", "Predicted"]
    lines = read_csv(path, columns)
    return {key.lower(): np.array([float(line[key]) for line in lines]) for key in columns}


def row_of(name, about, best, seed):
    """Return the row of a scorer, with the difference between its error and that of the best one."""
    numbers = ("mae", "mae_low", "mae_high", "mae_constant", "coverage", "share_outside")
    found = {"scorer": name, "kind": about["scorer"], **{key: f"{about[key]:.4f}" for key in numbers}}
    found["bias"] = f"{np.mean(about['predicted'] - about['actual']):.4f}"
    found |= {key: about[key] for key in ("n_train", "n_test", "n_blocks")}
    errors = (np.abs(one["predicted"] - one["actual"]) for one in (about, best))
    # The generator is seeded anew: all scorers are compared on the same bootstrap samples.
    more = mean_difference(*errors, about["block"], rng(seed, "compare_scorers"), N_DRAWS)
    found |= {key: f"{value:.4f}" for key, value in zip(("more", "more_low", "more_high"), more, strict=True)}
    steps = {part["low"]: f"{part['mae']:.4f}" for part in about["by_score"]}
    return found | {f"mae_{low}": steps.get(low, "") for low in range(8)}


if "snakemake" in globals():
    run_rule(compare_scorers, snakemake)
