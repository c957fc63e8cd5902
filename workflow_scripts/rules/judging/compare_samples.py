"""Rule compare_samples: one sample against the real test fields, by one metric."""

import logging

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.judging.comparison import Outcome, compare, write_outcome
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.null import read_null
from workflow_scripts.judging.reasons import Failure
from workflow_scripts.judging.sample import read_sample
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings import plugins
from workflow_scripts.settings.judging import CompareSamples


def compare_samples(*, real, other, train, null, comparison, sample, options: CompareSamples, seed):
    """Compare a sample with the real test fields in equal numbers.

    A metric that cannot be measured on this sample gives the reason, and the others go on.

    Parameters
    ----------
    real, other : str
        Features of the real test fields and of the sample, or scores of those held out by a referee.
    train : str or list
        Features of the real training fields, for a metric that needs them; else an empty list.
    null : str
        What `measure_null` wrote.
    comparison : str
        JSON written, a `judging.comparison.Outcome`.
    sample : str
        Name of the sample.
    options : settings.judging.CompareSamples
    """
    drawn = read_null(null)
    try:
        result = drawn.failure or measure(real, other, train, drawn.values, sample, options, seed)
    except ValueError as error:
        logging.warning("%s", error)
        result = Failure.of(error)
    write_outcome(comparison, Outcome(sample, options.name, result, count_failed(other), count_failed(real)))


def measure(real, other, train, null, sample, options, seed):
    """Return the comparison of a sample with the real test fields."""
    module = plugins.load("metrics", options.metric)
    metric = bind(module, plugins.options_of(module, options.options), read_sample(train) if train else None)
    streams = f"compare_samples {options.name} {sample}", f"halves {options.name}"
    generators = (rng(seed, stream) for stream in streams)
    return compare(read_sample(real), read_sample(other), metric, null, options.n_bootstrap, *generators)


def count_failed(features):
    """Return how many sources `extract_features` could not measure."""
    with open_stack(features) as stack:
        return int(stack.attributes.get("n_failed", 0))


if "snakemake" in globals():
    run_rule(compare_samples, snakemake)
