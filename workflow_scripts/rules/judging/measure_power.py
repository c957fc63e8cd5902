"""Rule measure_power: how small a damage a metric finds."""

import logging

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.power import find_power, read_ladder
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins


def measure_power(*, real, ladder, train, power, options, seed):
    """Try one metric on sets of real fields of which some are damaged.

    Parameters
    ----------
    real, ladder : str
        Features of the real test fields and of their damaged copies.
    train : str or list
        Features of the real training fields, for a metric that asks for them; else an empty list.
    power : str
        JSON written: `power`, what `judging.power.find_power` returned, or `reason`.
    options : dict
        `name`, `metric` (the plugin), `options` (its own).
    """
    module = plugins.load("metrics", options["metric"])
    metric = bind(module, plugins.options_of(module, options["options"]), read_sample(train) if train else None)
    generator = rng(seed, f"measure_power {options['name']}")
    try:
        result = {"power": find_power(read_sample(real), *read_ladder(ladder, generator), metric, generator)}
    except ValueError as error:
        logging.warning("%s", error)
        result = {"reason": str(error)}
    write_json(power, result)


if "snakemake" in globals():
    run_rule(measure_power, snakemake)
