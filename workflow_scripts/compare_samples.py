"""Rule compare_samples: one sample against the real test fields, by one metric."""

import logging

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.job import plugins
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.judging.verdict import compare


def compare_samples(*, real, other, null, comparison, sample, options, seed):
    """Compare a sample with the real test fields in equal numbers.

    Parameters
    ----------
    real, other : str
        Features of the real test fields and of the sample.
    null : str
        What `measure_null` wrote.
    comparison : str
        JSON written: what `judging.verdict.compare` returns, or `reason`.
    sample : str
        Name of the sample.
    options : dict
        `name`, `metric` (the plugin), `options` (its own), `n_bootstrap`.
    """
    metric, drawn = plugins.load("metrics", options["metric"]), read_json(null)
    settings = metric.Options(**options["options"])
    generator = rng(seed, f"compare_samples {options['name']} {sample}")
    result = {"reason": drawn.get("reason")}
    if "values" in drawn:
        try:
            result = compare(
                read_sample(real),
                read_sample(other),
                lambda a, b, r: metric.measure(a, b, settings, r),
                np.array(drawn["values"]),
                options["n_bootstrap"],
                generator,
                metric.RANGE,
                rng(seed, f"halves {options['name']}"),
                metric.LARGER_IS_WORSE,
            )
        except ValueError as error:
            logging.warning("%s", error)
            result = {"reason": str(error)}
    write_json(comparison, {"metric": options["name"], "sample": sample, **result})


if "snakemake" in globals():
    run_rule(compare_samples, snakemake)
