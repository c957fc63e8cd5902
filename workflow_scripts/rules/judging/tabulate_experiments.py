"""Rule tabulate_experiments: means and standard deviations of the scores of skies with different layouts."""

import numpy as np

from workflow_scripts.formats.product_names import by_stem, group_by_folder
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.experiments import summarise_scores
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.judging import TabulateExperiments


def tabulate_experiments(*, scores, experiments, options: TabulateExperiments):
    """Write the means and the standard deviations of the scores, a row per sample and scorer.

    Parameters
    ----------
    scores : list of str
        What `score_images` wrote, `{scorer}/{sample}.csv`.
    experiments : str
        CSV written: `sample, scorer, n_fields, n_layouts, mean, mean_error, sd, sd_within`.
    options : settings.judging.TabulateExperiments
    """
    samples = dict(options.samples)
    files = {name: by_stem(paths, samples) for name, paths in group_by_folder(scores, options.scorers).items()}
    rows = []
    for sample, n_shared in samples.items():
        for scorer in options.scorers:
            values = np.array([float(row["Predicted"]) for row in read_csv(files[scorer][sample], ["Id", "Predicted"])])
            rows.append({"sample": sample, "scorer": scorer, **as_text(summarise_scores(values, n_shared))})
    write_csv(experiments, rows)


def as_text(summary):
    """Return the numbers of a summary as text; what is undefined stays empty."""
    return {
        name: value if isinstance(value, int) else f"{value:.4f}" if np.isfinite(value) else ""
        for name, value in summary.items()
    }


if "snakemake" in globals():
    run_rule(tabulate_experiments, snakemake)
