"""Rule measure_power: the smallest damage that a metric detects."""

import logging

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.power import Power, find_power, read_ladder, write_power
from workflow_scripts.judging.reasons import Failure
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins


def measure_power(*, real, ladder, train, power, options, seed):
    """Measure the power of one metric on sets of real fields, some of which are damaged.

    Parameters
    ----------
    real, ladder : str
        Features of the real test fields and of their damaged copies.
    train : str or list
        Features of the real training fields, for a metric that needs them; else an empty list.
    power : str
        JSON written, a `judging.power.Power`.
    options : dict
        `name`, `metric` (the plugin), `options` (its own).
    """
    module = plugins.load("metrics", options["metric"])
    metric = bind(module, plugins.options_of(module, options["options"]), read_sample(train) if train else None)
    generator = rng(seed, f"measure_power {options['name']}")
    try:
        curve = find_power(read_sample(real), *read_ladder(ladder, generator), metric, generator)
        result = Power(options["name"], curve)
    except ValueError as error:
        logging.warning("%s", error)
        result = Power(options["name"], failure=Failure.of(error))
    write_power(power, result)


if "snakemake" in globals():
    run_rule(measure_power, snakemake)
