"""The schema and the plugins: complete, and in step with each other."""

import copy
import dataclasses
import sys
from functools import reduce
from operator import getitem

import pytest
import yaml
from running import ROOT

from workflow_scripts.settings import plugins
from workflow_scripts.settings.validation import check_config, schema

PLUGINS = [(folder, name) for folder in plugins.FOLDERS for name in plugins.names(folder)]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())


def nodes(node, path=""):
    """Yield every schema of the schema with its place."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for name, child in node.get("$defs", {}).items():
        yield from nodes(child, f"{path}.$defs.{name}")
    for key in ("additionalProperties", "items"):
        if isinstance(node.get(key), dict):
            yield from nodes(node[key], f"{path}.*")


def faults(whole):
    """Return the places of a schema that have no description, or let any key pass."""
    found = []
    for path, node in nodes(whole):
        if "$ref" not in node and not node.get("description"):
            found.append(f"{path}: no description")
        free = path.endswith((".options", ".overrides"))  # the options of a plugin, and what is merged in
        if node.get("type") == "object" and not free and node.get("additionalProperties", True) is True:
            found.append(f"{path}: any key passes")
        if not path.endswith("name") and set(node.get("required", [])) - set(node.get("properties", {})):
            found.append(f"{path}: requires what it does not describe")
    return found


def places(value, path=()):
    """Yield the path of every dict of the config with fixed keys."""
    if isinstance(value, dict):
        yield path
        for key, item in value.items():
            yield from places(item, (*path, key))


def test_schema_describes_every_key_and_allows_no_other():
    assert faults(schema()) == []


def test_faults_of_a_schema_are_seen():
    loose = {"type": "object", "description": "x", "properties": {"seed": {"type": "integer"}}}
    assert faults(loose) == [": any key passes", ".seed: no description"]


def test_config_fits_the_schema_and_says_every_section():
    check_config(CONFIG, "config")
    assert set(schema()["properties"]) == set(CONFIG)


def accepted(path):
    """Tell whether a dict of the config accepts a key that nobody knows."""
    changed = copy.deepcopy(CONFIG)
    reduce(getitem, path, changed)["No Such Key"] = 1
    try:
        check_config(changed, "config")
    except ValueError as error:
        return "No Such Key" not in str(error)
    return True


def test_unknown_keys_are_refused_everywhere():
    """But in a plugin's options, which the plugin itself checks."""
    sections = sorted(set(CONFIG) - {"studies", "features"})
    paths = [path for section in sections for path in places(CONFIG[section], (section,)) if "options" not in path]
    assert len(paths) > 100
    assert [".".join(path) for path in paths if accepted(path)] == []


def faults_of_options(folder, name):
    """Return what is wrong with the options of a plugin as they are read without importing it."""
    before = set(sys.modules)
    cls = plugins.options_class(folder, name)
    if f"workflow_scripts.{folder}.{name}" in set(sys.modules) - before:
        yield "is imported to read its options"
    if not (dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen and cls.__doc__):
        yield "Options is no frozen dataclass with a docstring"
    for item in dataclasses.fields(cls):
        if item.type not in (int, float, str, bool, list, tuple, dict):
            yield f"Options.{item.name} is not made of builtins alone"
    if types_of(plugins.load(folder, name).Options) != types_of(cls):
        yield "Options read without importing it differ from its own"


def types_of(cls):
    """Return {option: type} of a class of options."""
    return {item.name: item.type for item in dataclasses.fields(cls)}


def test_plugins_have_options_that_load_without_them():
    assert len(PLUGINS) > 60
    wrong = {f"{folder}/{name}": list(faults_of_options(folder, name)) for folder, name in PLUGINS}
    assert {plugin: faults for plugin, faults in wrong.items() if faults} == {}


def test_an_unknown_plugin_is_refused_with_those_that_exist():
    for folder in plugins.FOLDERS:
        with pytest.raises(ValueError, match="here: no plugin 'no_such_plugin'") as error:
            plugins.check_options(folder, "no_such_plugin", {}, "here")
        assert [name for name in plugins.names(folder) if name not in str(error.value)] == []


def test_config_names_every_default_plugin_once():
    """The folders are the registries: a plugin that a config names is a file."""
    for stage in CONFIG["stages"].values():
        assert stage["model"] in plugins.names("models")
    for sky in CONFIG["skies"].values():
        assert sky["recipe"] in plugins.names("skies")
