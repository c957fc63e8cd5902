"""Rule measure_null: what every metric says of real against real, and how small a damage it finds."""

import logging

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.power import find_power, read_ladder
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.judging.verdict import draw_null


def measure_null(*, real, train, ladder, null, options, seed):
    """Draw the real-against-real distribution of one metric, and try it on damaged fields.

    A metric that cannot be measured on this sample says why, and the others go on.

    Parameters
    ----------
    real : str
        Features of the real test fields.
    train : str or list
        Features of the real training fields, for a metric that asks for them; else an empty list.
    ladder : str or list
        Features of the damaged test fields, or an empty list where there are none.
    null : str
        JSON written: `values`, or `reason`; `power`, what `judging.power.find_power` returned, where it could be tried.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_null`.
    """
    module = plugins.load("metrics", options["metric"])
    metric = bind(module, module.Options(**options["options"]), read_sample(train) if train else None)
    sample, generator = read_sample(real), rng(seed, f"measure_null {options['name']}")
    try:
        result = {"values": draw_null(sample, metric, options["n_null"], generator).tolist()}
        if ladder:
            damaged = read_ladder(ladder, generator)
            result["power"] = find_power(sample, *damaged, metric, generator)
    except ValueError as error:
        logging.warning("%s", error)
        result = {"reason": str(error)}
    write_json(null, result)


if "snakemake" in globals():
    run_rule(measure_null, snakemake)
