"""What the power of metrics is measured by."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.scoring import feature_set

MANY_SOURCES = 10_000  # a set of features that measures fewer is a sample of all


def damages_of(study, metric):
    """Return the kinds of damage that the power of a metric is measured by."""
    entry = study.entry("metrics", metric)
    return [*plugins.declaration("metrics", entry.metric).damages] if entry.damages is None else entry.damages


def has_power(study, metric):
    """Tell whether a metric is tried on damaged fields: there are kinds to try it on, and all sources are measured.

    Sources that are expensive to measure are sampled: too few would be of one set of damaged fields.
    """
    features = feature_set(study, study.entry("metrics", metric).features)
    of_sources = features.extract if features.rows == "sources" else []
    sampled = any(options["max_sources"] < MANY_SOURCES for _, options in of_sources)
    damaged = study.kind.name == "fields" and study.config.judging.training_scores == "ladder"
    return damaged and not sampled and bool(damages_of(study, metric))


def powers(study):
    """Return the power of every metric that is tried on damaged fields."""
    tried = [name for name in study.make.metrics if has_power(study, name)]
    return [f"results/{study.name}/power/{metric}.json" for metric in tried]
