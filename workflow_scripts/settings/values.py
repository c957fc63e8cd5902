"""Values of a config: merged, and brought into one order."""

import copy
import dataclasses


def merge(base, changes):
    """Return a dict with changes merged in: dicts deep, lists and scalars replaced."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else copy.deepcopy(value)
    return merged


def sort_keys(value):
    """Return dicts with sorted keys, all the way down: Snakemake compares params in their order."""
    if isinstance(value, dict):
        return {key: sort_keys(item) for key, item in sorted(value.items())}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value


def as_param(options):
    """Return a dataclass or a `Declared` model as the dict with sorted keys that travels as a rule's param."""
    fields = dataclasses.asdict(options) if dataclasses.is_dataclass(options) else options.model_dump()
    return sort_keys(fields)
