"""Rule compare_samples: one sample against the real test fields, by one metric."""

import logging

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.judging.verdict import compare
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins


def compare_samples(*, real, other, train, null, comparison, sample, options, seed):
    """Compare a sample with the real test fields in equal numbers.

    Parameters
    ----------
    real, other : str
        Features of the real test fields and of the sample.
    train : str or list
        Features of the real training fields, for a metric that asks for them; else an empty list.
    null : str
        What `measure_null` wrote.
    comparison : str
        JSON written: what `judging.verdict.compare` returns, or `reason`; `n_failed` and `n_failed_real`, the sources
        of either side that could not be measured and are left out.
    sample : str
        Name of the sample.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_bootstrap`.
    """
    module, drawn = plugins.load("metrics", options["metric"]), read_json(null)
    metric = bind(module, plugins.options_of(module, options["options"]), read_sample(train) if train else None)
    generator = rng(seed, f"compare_samples {options['name']} {sample}")
    result = {"reason": drawn.get("reason")}
    if "values" in drawn:
        try:
            result = compare(
                read_sample(real),
                read_sample(other),
                metric,
                np.array(drawn["values"]),
                options["n_bootstrap"],
                generator,
                rng(seed, f"halves {options['name']}"),
            )
        except ValueError as error:
            logging.warning("%s", error)
            result = {"reason": str(error)}
    failed = {"n_failed": failures(other), "n_failed_real": failures(real)}
    write_json(comparison, {"metric": options["name"], "sample": sample, **failed, **result})


def failures(features):
    """Return how many sources `extract_features` could not measure."""
    with open_stack(features) as stack:
        return int(stack.attributes.get("n_failed", 0))


if "snakemake" in globals():
    run_rule(compare_samples, snakemake)
