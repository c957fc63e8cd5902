"""Rule measure_power: the smallest damage of each kind that a metric detects."""

import logging

from workflow_scripts.formats.product_names import by_stem
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.power import Power, find_power, read_damaged, write_power
from workflow_scripts.judging.reasons import Failure
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.judging import MeasurePower


def measure_power(*, real, damaged, train, power, options: MeasurePower, seed):
    """Measure the power of one metric against each kind of damage.

    Parameters
    ----------
    real : str
        Features of the real test fields.
    damaged : list of str
        Features of their damaged copies, `damaged_{kind}.h5` of each kind.
    train : str or list
        Features of the real training fields, for a metric that needs them; else an empty list.
    power : str
        JSON written, a `judging.power.Power`.
    options : settings.judging.MeasurePower
    """
    module = plugins.load("metrics", options.metric)
    metric = bind(module, plugins.options_of(module, options.options), read_sample(train) if train else None)
    fields, kinds = read_sample(real), options.damages
    files = by_stem(damaged, [f"damaged_{kind}" for kind in kinds])
    generator = rng(seed, f"measure_power {options.name}")
    try:
        curves = {kind: find_power(fields, read_damaged(files[f"damaged_{kind}"]), metric, generator) for kind in kinds}
        result = Power(options.name, curves)
    except ValueError as error:
        logging.warning("%s", error)
        result = Power(options.name, failure=Failure.of(error))
    write_power(power, result)


if "snakemake" in globals():
    run_rule(measure_power, snakemake)
