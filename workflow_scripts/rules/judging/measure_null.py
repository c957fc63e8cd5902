"""Rule measure_null: the null distribution of one metric, real fields against real fields."""

import logging

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.null import Null, draw_null, write_null
from workflow_scripts.judging.reasons import Failure
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins


def measure_null(*, real, train, null, options, seed):
    """Draw the null distribution of one metric.

    A metric that cannot be measured on the real fields gives the reason, and the others go on.

    Parameters
    ----------
    real : str
        Features of the real test fields.
    train : str or list
        Features of the real training fields, for a metric that needs them; else an empty list.
    null : str
        JSON written, a `judging.null.Null`.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_null`.
    """
    module = plugins.load("metrics", options["metric"])
    metric = bind(module, plugins.options_of(module, options["options"]), read_sample(train) if train else None)
    generator = rng(seed, f"measure_null {options['name']}")
    try:
        result = Null(options["name"], draw_null(read_sample(real), metric, options["n_null"], generator))
    except ValueError as error:
        logging.warning("%s", error)
        result = Null(options["name"], failure=Failure.of(error))
    write_null(null, result)


if "snakemake" in globals():
    run_rule(measure_null, snakemake)
