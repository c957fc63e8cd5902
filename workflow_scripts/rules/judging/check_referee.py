"""Rule check_referee: whether the network referee of a metric recognises its controls."""

from workflow_scripts.formats.product_names import by_stem, group_by_folder
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.referee import Controls, measure_control, write_controls
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.referees import CheckReferee


def check_referee(*, scores, controls, options: CheckReferee, seed):
    """Measure how well a referee tells each control from the real test fields.

    Parameters
    ----------
    scores : list of str
        What `train_referee` wrote for every control, `{control}/real.h5` and `{control}/sample.h5`.
    controls : str
        JSON written, a `judging.referee.Controls`.
    options : settings.referees.CheckReferee
    """
    module = plugins.load("metrics", options.metric)
    metric = bind(module, plugins.options_of(module, options.options))
    files, found = group_by_folder(scores, [one.sample for one in options.controls]), []
    for control in options.controls:
        sides = map(read_sample, by_stem(files[control.sample], ["real", "sample"]).values())
        generator = rng(seed, f"check_referee {options.name} {control.sample}")
        found.append(measure_control(*sides, metric, options.n_bootstrap, generator, control))
    write_controls(controls, Controls(options.name, found))


if "snakemake" in globals():
    run_rule(check_referee, snakemake)
