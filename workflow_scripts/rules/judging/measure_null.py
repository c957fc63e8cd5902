"""Rule measure_null: what every metric says of real against real."""

import logging

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.judging.verdict import draw_null
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins


def measure_null(*, real, train, null, options, seed):
    """Draw the real-against-real distribution of one metric.

    A metric that cannot be measured on this sample says why, and the others go on.

    Parameters
    ----------
    real : str
        Features of the real test fields.
    train : str or list
        Features of the real training fields, for a metric that asks for them; else an empty list.
    null : str
        JSON written: `values`, or `reason`.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_null`.
    """
    module = plugins.load("metrics", options["metric"])
    metric = bind(module, plugins.options_of(module, options["options"]), read_sample(train) if train else None)
    generator = rng(seed, f"measure_null {options['name']}")
    try:
        result = {"values": draw_null(read_sample(real), metric, options["n_null"], generator).tolist()}
    except ValueError as error:
        logging.warning("%s", error)
        result = {"reason": str(error)}
    write_json(null, result)


if "snakemake" in globals():
    run_rule(measure_null, snakemake)
