"""Values of a config: merging and sorting."""

import copy
import dataclasses


def merge(base, changes):
    """Return a dict with changes merged: dicts recursively, lists and scalars replaced."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else copy.deepcopy(value)
    return merged


def sort_keys(value):
    """Return nested dicts with sorted keys, as Snakemake compares params in order."""
    if isinstance(value, dict):
        return {key: sort_keys(item) for key, item in sorted(value.items())}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value


def as_param(options):
    """Return a dataclass or a `Declared` model as a dict with sorted keys, the param of a rule."""
    fields = dataclasses.asdict(options) if dataclasses.is_dataclass(options) else options.model_dump()
    return sort_keys(fields)
