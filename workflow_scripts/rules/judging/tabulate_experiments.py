"""Rule tabulate_experiments: does the layout count? Means and deviations of the scores of skies that differ in it."""

import numpy as np

from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.experiments import deviations
from workflow_scripts.runtime.entry import run_rule


def tabulate_experiments(*, scores, experiments, options):
    """Write the scores' means and deviations, a row per sample and scorer.

    Parameters
    ----------
    scores : list of str
        What `score_images` wrote, sample by sample, scorer by scorer.
    experiments : str
        CSV written: `sample, scorer, n_fields, n_layouts, mean, mean_error, sd, sd_within`.
    options : dict
        `samples`: [name, number of fields in a row that share their positions]; `scorers`: names.
    """
    rows, tables = [], iter(scores)
    for sample, n_shared in options["samples"]:
        for scorer in options["scorers"]:
            values = np.array([float(line["Predicted"]) for line in read_csv(next(tables), ["Id", "Predicted"])])
            rows.append({"sample": sample, "scorer": scorer, **said(deviations(values, n_shared))})
    write_csv(experiments, rows)


def said(numbers):
    """Return numbers as they are written; what is not known stays empty."""
    return {
        name: value if isinstance(value, int) else f"{value:.4f}" if np.isfinite(value) else ""
        for name, value in numbers.items()
    }


if "snakemake" in globals():
    run_rule(tabulate_experiments, snakemake)
