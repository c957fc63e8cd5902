"""Checks of the config that end in one line: where, what, what to do."""

import difflib
import re
from functools import cache
from pathlib import Path

import yaml  # comes with Snakemake, as jsonschema does
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
SCHEMA = Path(__file__).parents[2] / "resources" / "config.schema.yaml"


@cache
def schema():
    """Return the config's schema."""
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def check_config(config, where):
    """Check a config against the schema.

    Parameters
    ----------
    config : dict
    where : str
        What stands before the key in a message.

    Raises
    ------
    ValueError
        Naming the key, what is wrong with it, and how many further errors there are.
    """
    errors = list(Draft202012Validator(schema()).iter_errors(config))
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ValueError(f"{where}: {describe(best_match(errors))}{more}")


def describe(error):
    """Return one line for one error of the schema's validator."""
    key = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = next(name for name in error.instance if name not in known)
        near = difflib.get_close_matches(unknown, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
        return f"{key}{'.' if key else ''}{unknown}: unknown key; {hint}"
    if error.validator == "required" and key.count(".") == 1:  # an entry of a section that is new, or misspelt
        return f"{key}: {error.message} of a new entry; or is its name misspelt?"
    wanted = error.schema.get("description", "")
    said = f"{key or 'the file'}: {error.message}" + (f" ({wanted.rstrip('.')})" if wanted else "")
    return said + ("; numbers inside --config key={...} arrive as text: use --configfile" if is_number(error) else "")


def is_number(error):
    """Tell whether a number was wanted and came as text: so does Snakemake hand on nested values of --config."""
    text = error.instance if error.validator == "type" and isinstance(error.instance, str) else ""
    return bool(NUMBER.fullmatch(text))
