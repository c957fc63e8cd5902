"""Plugins: a folder is its own registry, and options are checked without importing what they configure."""

import ast
import dataclasses
import difflib
import importlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("datasets", "skies", "models", "features", "scorers", "metrics")


def names(folder):
    """Return the plugins of a folder, sorted."""
    return sorted(path.stem for path in (ROOT / folder).glob("*.py") if not path.stem.startswith("_"))


def load(folder, name):
    """Import a plugin and return its module."""
    return importlib.import_module(f"workflow_scripts.{folder}.{name}")


@cache
def tree(folder, name):
    """Return the syntax tree of a plugin.

    Raises
    ------
    ValueError
        Where no such plugin exists; the message lists those that do.
    """
    if name not in names(folder):
        raise ValueError(f"no plugin {name!r} in {folder}/{suggestion(name, names(folder))}")
    return ast.parse((ROOT / folder / f"{name}.py").read_text())


def constant(folder, name, wanted, where, default=None):
    """Return a constant that a plugin's module assigns, or the default, read out of its syntax tree.

    Raises
    ------
    ValueError
        Where there is no such plugin, or neither constant nor default; it begins with the config key `where`.
    """
    try:
        body = tree(folder, name).body
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    for node in body:
        if isinstance(node, ast.Assign) and wanted in [getattr(target, "id", "") for target in node.targets]:
            return ast.literal_eval(node.value)
    if default is not None:
        return default
    raise ValueError(f"{where}: {folder}/{name}.py says no {wanted}")


def defines(folder, name, function):
    """Tell whether a plugin has a function that not all of its kind have."""
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree(folder, name).body)


@cache
def options_class(folder, name):
    """Return a plugin's `Options` dataclass, executed out of the file's syntax tree.

    Nothing else of the file runs, so a host without torch or astropy can check a config.

    Raises
    ------
    ValueError
        Where no such plugin exists; the message lists those that do.
    """
    wanted = [node for node in tree(folder, name).body if getattr(node, "name", "") == "Options"]
    # The name of a real module, so that dataclasses finds a namespace; nothing of it is imported here.
    namespace = {"dataclass": dataclasses.dataclass, "field": dataclasses.field, "__name__": __name__}
    exec(compile(ast.Module(wanted, []), f"{folder}/{name}.py", "exec"), namespace)
    return namespace["Options"]


def check_options(folder, name, given, where):
    """Return a plugin's complete options, defaults filled in, keys sorted.

    Parameters
    ----------
    given : dict
        Options out of the config.
    where : str
        The config key they stand under, for messages.

    Raises
    ------
    ValueError
        Naming the key that is unknown, of the wrong type or out of range.
    """
    try:
        cls = options_class(folder, name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    fields = {item.name: item for item in dataclasses.fields(cls)}
    for key, value in given.items():
        if key not in fields:
            raise ValueError(f"{where}.options.{key}: unknown option of {folder}/{name}{suggestion(key, fields)}")
        if not fits(value, fields[key].type):
            wanted = getattr(fields[key].type, "__name__", fields[key].type)
            raise ValueError(f"{where}.options.{key}: {value!r} is not of type {wanted}")
    try:
        options = cls(**given)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}.options: {error}") from None
    return dict(sorted(dataclasses.asdict(options).items()))


def fits(value, kind):
    """Tell whether a config value can stand where an option of this type is asked for."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in (list, tuple):
        return isinstance(value, list | tuple)
    return isinstance(value, kind)


def suggestion(name, known):
    """Return the end of an error message: the nearest known name, and all of them."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    return f"{hint} known: {', '.join(sorted(known)) or 'none'}"
