"""Settings in YAML files; apart from the other settings, as the environments of most jobs have no YAML."""

from pathlib import Path

import yaml  # comes with Snakemake


def read_settings(path):
    """Return the settings in a YAML file.

    Raises
    ------
    ValueError
        If it is not YAML, or no mapping of keys; the message names the file and the line.
    """
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ValueError(f"{path}{line}: not valid YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(found or {}, dict):
        raise ValueError(f"{path}: not a mapping of settings, `key: value`")
    return found or {}
