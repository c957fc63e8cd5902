"""Plugins: a folder is its own registry, and options are checked without importing the plugin."""

import ast
import importlib
from functools import cache
from pathlib import Path

from workflow_scripts.settings.declared import REFERENCE, Declared, checked, nearest
from workflow_scripts.settings.values import sort_keys

ROOT = Path(__file__).parents[1]
LIGHT = ("pydantic", "typing", "workflow_scripts.settings")
FOLDERS = ("datasets", "deblenders", "skies", "models", "features", "scorers", "metrics")


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
        If no such plugin exists, or it is no Python; the message has the nearest name.
    """
    if name not in names(folder):
        raise ValueError(f"no plugin {name!r} in {folder}/{nearest(name, names(folder), REFERENCE)}")
    try:
        return ast.parse((ROOT / folder / f"{name}.py").read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise ValueError(f"{folder}/{name}.py, line {error.lineno}: {error.msg}") from None


@cache
def declaration(folder, name):
    """Return the declaration of a plugin, an instance of a class of `settings/contracts/`, without importing it.

    Raises
    ------
    ValueError
        If there is no such plugin, or it declares nothing.
    """
    found = executed(folder, name, "DECLARATION")
    if found is None:
        raise ValueError(f"{folder}/{name}.py has no DECLARATION: see docs/adding-a-plugin.md")
    return found


def declared_at(where, folder, name):
    """Return the declaration of a plugin; an error begins with the config key `where`."""
    try:
        return declaration(folder, name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


@cache
def options_class(folder, name):
    """Return the class `Options` of a plugin, without importing the plugin; `Declared` if it has none.

    Raises
    ------
    ValueError
        If there is no such plugin, or its `Options` are not declared.
    """
    found = executed(folder, name, "Options") or Declared
    if not (isinstance(found, type) and issubclass(found, Declared)):
        raise ValueError(f"{folder}/{name}.py: Options must inherit from settings.declared.Declared")
    return found


def executed(folder, name, target):
    """Return the object of a given name in the file of a plugin, or None, running only the statements it refers to.

    Its imports from pydantic, typing and `settings/` run as well: a host without torch or astropy can check a config.
    """
    body = tree(folder, name).body
    namespace = {"__name__": f"{__name__}.{folder}.{name}"}
    chosen = [node for node in body if is_light_import(node)] + definitions(body, target)
    try:
        exec(compile(ast.Module(chosen, []), f"{folder}/{name}.py", "exec"), namespace)
    except Exception as error:  # the file of a plugin under development may raise anything
        raise ValueError(f"{folder}/{name}.py: {target} cannot be read: {' '.join(str(error).split())}") from None
    return namespace.get(target)


def is_light_import(node):
    """Return whether a statement imports from packages that every host has."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(LIGHT)


def definitions(body, target):
    """Return the statements of a module that define a name, and those that they refer to, in order."""
    found, names = [], {target}
    for node in reversed(body):
        if names & defined_by(node):
            found.insert(0, node)
            names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found


def defined_by(node):
    """Return the names that a class, a function or an assignment defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def options_of(module, given):
    """Return the options of an imported plugin."""
    return getattr(module, "Options", Declared)(**given)


def check_options(folder, name, given, where):
    """Return the complete options of a plugin, including defaults, as a dict with sorted keys.

    Parameters
    ----------
    given : dict
        Options out of the config.
    where : str
        The config key of the entry that they are the `options` of, for messages.

    Raises
    ------
    ValueError
        If a key is unknown, of the wrong type or out of range; the message names it.
    """
    return complete_options(folder, name, given, where, f"{where}.options")


def complete_options(folder, name, given, where, key):
    """Return the result of `check_options` for options under any key."""
    try:
        cls = options_class(folder, name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    return sort_keys(checked(cls, given, key).model_dump())
