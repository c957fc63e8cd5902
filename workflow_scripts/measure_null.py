"""Rule measure_null: what every metric says of real against real."""

import logging

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.judging.verdict import draw_null


def measure_null(*, real, null, options, seed):
    """Draw the real-against-real distribution of one metric.

    A metric that cannot be measured on this sample says why, and the others go on.

    Parameters
    ----------
    real : str
        Features of the real test fields.
    null : str
        JSON written: `values`, or `reason`.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_null`.
    """
    sample = read_sample(real)
    metric = plugins.load("metrics", options["metric"])
    settings = metric.Options(**options["options"])
    generator = rng(seed, f"measure_null {options['name']}")
    try:
        values = draw_null(sample, lambda a, b, r: metric.measure(a, b, settings, r), options["n_null"], generator)
    except ValueError as error:
        logging.warning("%s", error)
        write_json(null, {"reason": str(error)})
        return
    write_json(null, {"values": values.tolist()})


if "snakemake" in globals():
    run_rule(measure_null, snakemake)
