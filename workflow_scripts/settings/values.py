"""Values of a config: merged, expanded, brought into one order."""

import copy
import glob
from pathlib import Path


def merge(base, changes):
    """Return a dict with changes merged in: dicts deep, lists and scalars replaced."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else copy.deepcopy(value)
    return merged


def expand(patterns, where):
    """Return the files that paths, folders or patterns name, those of each sorted.

    Raises
    ------
    ValueError
        Naming the pattern that no file fits.
    """
    found = []
    for pattern in patterns:
        if Path(pattern).is_dir():
            files = sorted(str(path) for path in Path(pattern).glob("[!.]*") if path.is_file())
        else:
            files = sorted(glob.glob(str(pattern), recursive=True))
        if not files:
            raise ValueError(f"{where}: no file fits {pattern!r}, looked for from {Path.cwd()}")
        found += files
    return found


def sort_keys(value):
    """Return dicts with sorted keys, all the way down: Snakemake compares params in their order."""
    if isinstance(value, dict):
        return {key: sort_keys(item) for key, item in sorted(value.items())}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value
