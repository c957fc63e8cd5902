"""The reference of the settings, generated from their declarations: `python -m workflow_scripts.settings.reference`.

It writes docs/configuration.md; with the argument `schema` it prints the JSON schema of a config instead.
"""

import json
import sys
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from workflow_scripts.settings import plugins
from workflow_scripts.settings.config import Config
from workflow_scripts.settings.declared import Declared

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
WORDS = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "`true` or `false`",
    dict: "options",
    Any: "any value",
}
BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below", "multiple_of": "a multiple of"}
NO_OPTIONS = "No options.\n"
HEAD = "| key | default | values | unit | |\n|---|---|---|---|---|"
OPENING = """# Configuration

Written by `python -m workflow_scripts.settings.reference` from the declarations in `workflow_scripts/settings/`.

Settings are merged from four sources of increasing precedence: `config.yaml`, the file of the study
(`studies/NAME.yaml`, in the working directory or else beside the Snakefile), `--configfile`, `--config`. All have the
same keys; the defaults are those declared here. Dicts are merged, lists and numbers are replaced. Values of `dataset`
and `make` given by `--configfile` and `--config` apply to the study of the run alone (`study`), all others to every
study that is requested.

`python -m workflow_scripts.settings.reference schema` prints the JSON schema, for editors that check YAML against one.
"""
KEYS = {  # class of a section: the folder of its plugins, and the option that names one
    "Dataset": ("datasets", "source"),
    "Deblender": ("deblenders", "deblender"),
    "Metric": ("metrics", "metric"),
    "Scorer": ("scorers", "scorer"),
    "Sky": ("skies", "recipe"),
    "Stage": ("models", "model"),
}
PLUGINS = {
    "datasets": "dataset.options",
    "deblenders": "deblenders.NAME.options",
    "models": "stages.NAME.options",
    "skies": "skies.NAME.options",
    "features": "features.NAME.FEATURE",
    "scorers": "scorers.NAME.options",
    "metrics": "metrics.NAME.options",
}


def page():
    """Return the reference as Markdown."""
    parts = [OPENING, "## All settings\n", table(Config, top_level(Config)), *map(section, sections(Config))]
    for folder, key in PLUGINS.items():
        parts += [f"## `{key}`: plugins of {folder}/\n", *(plugin(folder, name) for name in plugins.names(folder))]
    return "\n".join(parts)


def sections(cls):
    """Return the names of the options that have options of their own."""
    return [name for name, field in cls.model_fields.items() if inner(field.annotation)]


def top_level(cls):
    """Return the names of the options that have none."""
    return [name for name in cls.model_fields if name not in sections(cls)]


def section(name):
    """Return the section of one key of the config."""
    field = Config.model_fields[name]
    cls, named = inner(field.annotation), get_origin(field.annotation) is dict
    return f"## `{name}{'.NAME' if named else ''}`\n\n{field.description}\n\n{table(cls, cls.model_fields)}"


def plugin(folder, name):
    """Return the options of a plugin."""
    cls = plugins.options_class(folder, name)
    return f"### {name}\n\n{table(cls, cls.model_fields) if cls.model_fields else NO_OPTIONS}"


def table(cls, names):
    """Return a table of options of a class."""
    return "\n".join([HEAD, *(row for name in names for row in rows(cls.model_fields[name], name)), ""])


def rows(field, key):
    """Return the rows of an option: one, or those of its own options."""
    cls, optional = inner(field.annotation), type(None) in get_args(field.annotation)
    if not cls:
        return [row(field, key)]
    own = [row(field, key)] if optional else []
    key = f"{key}.NAME" if get_origin(field.annotation) is dict else key
    return own + [line for name, part in cls.model_fields.items() for line in rows(part, f"{key}.{name}")]


def row(field, key):
    """Return the row of one option."""
    unit = (field.json_schema_extra or {}).get("unit", "")
    cells = (f"`{key}`", default_of(field), values_of(field), unit, field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def default_of(field):
    """Return the default of an option in YAML."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    return "" if value == "" else f"`{json.dumps(value)}`"


def values_of(field):
    """Return the allowed values of an option."""
    limits = [
        f"{word} {getattr(one, bound):g}"
        for one in field.metadata
        for bound, word in BOUNDS.items()
        if hasattr(one, bound)
    ]
    return ", ".join([kind_of(field.annotation), *limits])


def kind_of(annotation):
    """Return a type in words."""
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in members)
    if origin in (Union, types.UnionType):
        return " or ".join(kind_of(member) for member in members)
    if origin is list:
        return f"list: {kind_of(members[0])}"
    if inner(annotation) or origin is dict:
        return "options"
    return "`null`" if annotation is type(None) else WORDS.get(annotation, getattr(annotation, "__name__", "any value"))


def inner(annotation):
    """Return the declared class of a type or of a member of a union, or None."""
    candidates = (annotation, *get_args(annotation))
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, Declared)), None)


def schema():
    """Return the JSON schema of a config, with a definition for the options of every plugin."""
    found = Config.model_json_schema()
    for folder in plugins.FOLDERS:
        for name in plugins.names(folder):
            add_definition(found["$defs"], folder, name)
    for cls, (folder, key) in KEYS.items():
        found["$defs"][cls]["allOf"] = [choice(folder, key, name) for name in plugins.names(folder)]
    features = found["properties"]["features"]["additionalProperties"]
    features["properties"] = {
        name: {"anyOf": [reference("features", name), {"type": "null"}]} for name in plugins.names("features")
    }
    features["additionalProperties"] = False
    return found


def add_definition(definitions, folder, name):
    """Add the definition of the options of a plugin, and of the classes inside, under names of their own."""
    title = f"{folder}.{name}"
    own = plugins.options_class(folder, name).model_json_schema(ref_template=f"#/$defs/{title}.{{model}}")
    inside = own.pop("$defs", {})
    definitions |= {title: own, **{f"{title}.{cls}": one for cls, one in inside.items()}}


def reference(folder, name):
    """Return the reference to the definition of the options of a plugin."""
    return {"$ref": f"#/$defs/{folder}.{name}"}


def choice(folder, key, name):
    """Return the condition that an entry of a plugin has its options."""
    chosen = {"properties": {key: {"const": name}}, "required": [key]}
    return {"if": chosen, "then": {"properties": {"options": reference(folder, name)}}}


if __name__ == "__main__":
    if sys.argv[1:] == ["schema"]:
        print(json.dumps(schema(), indent=2))
    else:
        PAGE.write_text(page(), encoding="utf-8")
