"""Rule check_referee: whether the network referee of a metric recognises its controls."""

import logging

from workflow_scripts.formats.product_names import by_stem, group_by_folder
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.reasons import Failure, MeasurementError
from workflow_scripts.judging.referee import Controls, measure_control, write_controls
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.referees import CheckReferee


def check_referee(*, scores, controls, options: CheckReferee, seed):
    """Measure how well a referee tells each control from the real test fields.

    A control that cannot be measured gives the reason, and the other metrics go on.

    Parameters
    ----------
    scores : list of str
        What `train_referee` wrote for every control, `{control}/real.h5` and `{control}/sample.h5`.
    controls : str
        JSON written, a `judging.referee.Controls`.
    options : settings.referees.CheckReferee
    """
    files = group_by_folder(scores, [one.sample for one in options.controls])
    try:
        found = Controls(options.name, [measure(files[one.sample], one, options, seed) for one in options.controls])
    except MeasurementError as error:
        logging.warning("%s", error)
        found = Controls(options.name, [], Failure.of(error))
    write_controls(controls, found)


def measure(files, control, options, seed):
    """Return a control with the result, from the scores of both sides."""
    module = plugins.load("metrics", options.metric)
    metric = bind(module, plugins.options_of(module, options.options))
    sides = map(read_sample, by_stem(files, ["real", "sample"]).values())
    generator = rng(seed, f"check_referee {options.name} {control.sample}")
    return measure_control(*sides, metric, options.n_bootstrap, generator, control)


if "snakemake" in globals():
    run_rule(check_referee, snakemake)
