"""Declared options as rows and as Markdown tables, for the reference of the configuration."""

import ast
import inspect
import json
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared

NAMES = {int: "integer", float: "number", str: "text", bool: "true or false", dict: "mapping", type(None): "null"}
SIGNS = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}", "multiple_of": "multiple of {}"}
LENGTHS = {"min_length": "at least {}", "max_length": "at most {}"}
HEAD = ("option", "type", "default", "range", "unit", "meaning")


@dataclass(frozen=True)
class Row:
    """One option of a reference; every field is text, empty where there is nothing to say."""

    name: str
    type: str
    default: str
    range: str
    unit: str
    help: str


def reference_of(cls, prefix=""):
    """Return the rows of a `Declared` class, those of classes inside it after the option that holds them.

    Parameters
    ----------
    cls : type
    prefix : str
        Put before each name: `inner.` for options of an inner class, `skies.*.` for those of named entries.
    """
    rows = []
    for name, field in cls.model_fields.items():
        inner = declared_within(field.annotation)
        rows += [row_of(f"{prefix}{name}", field, inner)] if field.description or not inner else []
        step = "" if inner is field.annotation else "*."
        rows += reference_of(inner, f"{prefix}{name}.{step}") if inner else []
    return rows


def row_of(name, field, inner):
    """Return the row of one option; a default that is an inner class stands in the rows of that class."""
    default = "" if inner else default_of(field)
    unit = (field.json_schema_extra or {}).get("unit", "")
    return Row(name, type_of(field.annotation), default, range_of(field.metadata), unit, field.description or "")


def default_of(field):
    """Return the default of an option as YAML writes it."""
    if field.is_required():
        return "required"
    return json.dumps(field.get_default(call_default_factory=True), ensure_ascii=False)


def declared_within(annotation):
    """Return the `Declared` class that a type is, or is a list, a mapping or a union of; or None."""
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        return annotation
    return next(filter(None, map(declared_within, get_args(annotation))), None)


def type_of(annotation):
    """Return the name of a type in words."""
    kind, members = get_origin(annotation), get_args(annotation)
    if kind is Literal:
        return " or ".join(f"`{json.dumps(member).strip(chr(34))}`" for member in members)
    if kind is Annotated:
        return f"{type_of(members[0])} {range_of(members[1].metadata)}".strip()
    if kind in (Union, UnionType):
        return " or ".join(map(type_of, members))
    if kind is list:
        return f"list of {type_of(members[0])}"
    return NAMES.get(kind or annotation, "mapping")


def range_of(metadata):
    """Return the constraints of an option in words."""
    found = [sign.format(getattr(one, key)) for one in metadata for key, sign in SIGNS.items() if hasattr(one, key)]
    lengths = {sign: getattr(one, key) for one in metadata for key, sign in LENGTHS.items() if hasattr(one, key)}
    if len(lengths) == 2 and len(set(lengths.values())) == 1:
        lengths = {"{}": lengths.popitem()[1]}
    items = (f"{sign.format(number)} item{'s' * (number != 1)}" for sign, number in lengths.items())
    return ", ".join([*found, *items])


def table_of(rows):
    """Return rows as a Markdown table."""
    cells = [
        [f"`{row.name}`", row.type, f"`{row.default}`" if row.default else "", row.range, row.unit, row.help]
        for row in rows
    ]
    lines = [HEAD, ["---"] * len(HEAD), *cells]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def plugins_reference():
    """Return the options of all plugins, a section per kind."""
    sections = [
        f"## Options of {folder}\n\n" + "\n\n".join(plugin_reference(folder, name) for name in plugins.names(folder))
        for folder in plugins.FOLDERS
    ]
    return "\n\n".join(sections) + "\n"


def plugin_reference(folder, name):
    """Return what a plugin is, what its options have in common, and their table."""
    cls = plugins.options_class(folder, name)
    about = ast.get_docstring(plugins.tree(folder, name)).split("\n\n")[0].replace("\n", " ")
    if cls is Declared:
        return f"### `{name}`\n\n{about} No options."
    more = inspect.cleandoc(cls.__doc__).split("\n\n")[1:]
    return "\n\n".join([f"### `{name}`", about, *more, table_of(reference_of(cls))])
