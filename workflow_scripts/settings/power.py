"""Kinds and strengths of damage by which the power of metrics is measured."""

from workflow_scripts.settings import plugins
from workflow_scripts.settings.scoring import feature_set

STRENGTHS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of the damages of test fields, for the power of metrics
CONTROL_STRENGTH = 0.2  # of the damages of training fields, for the controls of a network referee
MANY_SOURCES = 10_000  # a set of features that measures fewer is a sample of all


def damages_of(study, metric):
    """Return the kinds of damage that the power of a metric is measured by."""
    entry = study.entry("metrics", metric)
    return [*plugins.declaration("metrics", entry.metric).damages] if entry.damages is None else entry.damages


def has_power(study, metric):
    """Return whether a metric is tried on damaged fields: there are kinds to try it on, and all sources are measured.

    Sources that are expensive to measure are sampled: too few would be of one set of damaged fields.
    """
    if not (has_damaged_fields(study) and damages_of(study, metric)):
        return False
    features = feature_set(study, study.entry("metrics", metric).features)
    of_sources = features.extract if features.rows == "sources" else []
    return not any(options["max_sources"] < MANY_SOURCES for _, options in of_sources)


def has_damaged_fields(study):
    """Return whether real fields can be damaged: the study compares fields, and none of the real ones is damaged."""
    return study.kind.name == "fields" and study.config.judging.training_scores == "ladder"


def powers(study):
    """Return the power of every metric that is tried on damaged fields."""
    tried = [name for name in study.make.metrics if has_power(study, name)]
    return [f"results/{study.name}/power/{metric}.json" for metric in tried]
