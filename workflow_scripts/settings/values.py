"""Values of a config: merging and sorting."""

import copy

from pydantic import ConfigDict, TypeAdapter, ValidationError


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
    return sort_keys(TypeAdapter(type(options)).dump_python(options))


def from_param(cls, param):
    """Return the dataclass or `Declared` model that `as_param` was given, with the classes of its fields.

    Raises
    ------
    TypeError
        If a field is missing, unknown or of another type.
    """
    adapter = TypeAdapter(dict[str, cls], config=ConfigDict(extra="forbid"))  # a dataclass alone would take any field
    try:
        return adapter.validate_python({"options": param})["options"]
    except ValidationError as error:
        raise TypeError(str(error)) from None
