"""Rule compare_scorers: the errors of all scorers on the same test images, in one table and one figure."""

from pathlib import Path

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.job.entry import run_rule
from workflow_scripts.report.scorers import draw_calibrations
from workflow_scripts.report.style import house_style, save


def compare_scorers(*, reports, predictions, table, scorers, options):
    """Compare scorers that were trained on one ladder and tested on another.

    Parameters
    ----------
    reports, predictions : list of str
        What `train_scorer` wrote, scorer by scorer in the order of `options["scorers"]`.
    table : str
        CSV written, smallest error first: `scorer, kind, mae, mae_low, mae_high` (95 %, over fields), `bias,
        mae_constant, coverage` (of the 90 % interval), `share_outside, n_train, n_test, n_fields`, and the error per
        whole number of the score, `mae_0` to `mae_7`.
    scorers : str
        PNG written: predicted against actual score of each scorer, with its interval.
    options : dict
        `scorers`: their names.
    """
    rows, shown = [], {}
    for name, report, path in zip(options["scorers"], reports, predictions, strict=True):
        about, pairs = read_json(Path(report)), read_pairs(path)
        rows.append(row_of(name, about, pairs))
        shown[name] = {**about, **pairs}
    rows.sort(key=lambda row: float(row["mae"]))
    write_csv(table, rows)
    with house_style():
        save(draw_calibrations({row["scorer"]: shown[row["scorer"]] for row in rows}), scorers)


def read_pairs(path):
    """Return the actual and the predicted scores of the test images."""
    lines = read_csv(path, ["Id", "Actual", "Predicted"])
    return {key.lower(): np.array([float(line[key]) for line in lines]) for key in ("Actual", "Predicted")}


def row_of(name, about, pairs):
    """Return a scorer's row."""
    numbers = ("mae", "mae_low", "mae_high", "mae_constant", "coverage", "share_outside")
    found = {"scorer": name, "kind": about["scorer"], **{key: f"{about[key]:.4f}" for key in numbers}}
    found["bias"] = f"{np.mean(pairs['predicted'] - pairs['actual']):.4f}"
    found |= {key: about[key] for key in ("n_train", "n_test", "n_fields")}
    steps = {part["low"]: f"{part['mae']:.4f}" for part in about["by_score"]}
    return found | {f"mae_{low}": steps.get(low, "") for low in range(8)}


if "snakemake" in globals():
    run_rule(compare_scorers, snakemake)
