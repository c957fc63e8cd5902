"""Rule measure_null: the null distribution of one metric, real fields against real fields."""

import logging

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.null import Null, draw_null, write_null
from workflow_scripts.judging.reasons import Failure, MeasurementError
from workflow_scripts.judging.referee import read_controls
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.judging import MeasureNull


def measure_null(*, real, train, controls, null, options: MeasureNull, seed):
    """Draw the null distribution of one metric.

    A metric that cannot be measured on the real fields, or reads a referee that misses a control, gives the reason, and
    the others go on.

    Parameters
    ----------
    real : str
        Features of the real test fields, or scores of those held out by a referee.
    train : str or list
        Features of the real training fields, for a metric that needs them; else an empty list.
    controls : list of str
        What `check_referee` wrote, for a metric that reads a referee; else empty.
    null : str
        JSON written, a `judging.null.Null`.
    options : settings.judging.MeasureNull
    """
    module = plugins.load("metrics", options.metric)
    metric = bind(module, plugins.options_of(module, options.options), read_sample(train) if train else None)
    generator = rng(seed, f"measure_null {options.name}")
    try:
        check_controls(controls)
        result = Null(options.name, draw_null(read_sample(real), metric, options.n_null, generator))
    except ValueError as error:
        logging.warning("%s", error)
        result = Null(options.name, failure=Failure.of(error))
    write_null(null, result)


def check_controls(paths):
    """Raise a `MeasurementError` for a referee that misses a control."""
    for failure in filter(None, (read_controls(path).failure for path in paths)):
        raise MeasurementError(failure.reason, failure.detail)


if "snakemake" in globals():
    run_rule(measure_null, snakemake)
