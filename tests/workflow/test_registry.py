"""The schema, the plugins and the environments: complete, and in step with each other."""

import copy
import re

import pytest
import yaml
from running import ROOT

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import Declared
from workflow_scripts.settings.validation import check_config, schema

PLUGINS = [(folder, name) for folder in plugins.FOLDERS for name in plugins.names(folder)]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
CONDA_NAMES = {"torch": "pytorch", "snakemake": "snakemake-minimal"}


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


@pytest.mark.parametrize("section", sorted(set(CONFIG) - {"studies"}))
def test_unknown_key_is_refused(section):
    """Everywhere in the config but in a plugin's options, which the plugin itself checks."""
    for path in places(CONFIG[section], (section,)):
        if "options" in path or section == "features":
            continue
        changed = copy.deepcopy(CONFIG)
        at = changed
        for key in path:
            at = at[key]
        at["No Such Key"] = 1
        with pytest.raises(ValueError, match="No Such Key"):
            check_config(changed, "config")


def test_plugins_answer_for_their_options():
    """What is read out of a plugin's file is what the plugin itself has."""

    def described(cls):
        return cls.__doc__, cls.model_json_schema()

    pairs = {
        (folder, name): (plugins.options_class(folder, name), getattr(plugins.load(folder, name), "Options", Declared))
        for folder, name in PLUGINS
    }
    assert [where for where, pair in pairs.items() if described(pair[0]) != described(pair[1])] == []
    assert [where for where, (cls, _) in pairs.items() if not cls.__doc__ or not cls.model_config["frozen"]] == []


@pytest.mark.parametrize("folder", plugins.FOLDERS)
def test_unknown_plugin_fails_with_the_list_of_those_that_exist(folder):
    with pytest.raises(ValueError, match="here: no plugin 'no_such_plugin'") as error:
        plugins.check_options(folder, "no_such_plugin", {}, "here")
    assert all(name in str(error.value) for name in plugins.names(folder))


def test_config_names_every_default_plugin_once():
    """The folders are the registries: a plugin that a config names is a file."""
    for stage in CONFIG["stages"].values():
        assert stage["model"] in plugins.names("models")
    for sky in CONFIG["skies"].values():
        assert sky["recipe"] in plugins.names("skies")


def required():
    """Return {conda's name: range} of requirements.txt, comments and blank lines left out."""
    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    found = dict(re.fullmatch(r"([\w-]+)(?:\[\w+\])?(.*)", line).groups() for line in lines if line)
    return {CONDA_NAMES.get(name, name): one_range(text) for name, text in found.items()}


def environments():
    """Return {file: {package: range}} of the conda environments."""
    found = {}
    for path in sorted((ROOT / "envs").glob("*.yaml")):
        lines = yaml.safe_load(path.read_text())["dependencies"]
        found[path.name] = {line.split()[0]: one_range(line.split(maxsplit=1)[1]) for line in lines}
    return found


def one_range(text):
    """Return a version range in one spelling: `>=2.4,<2.5`, `=2.4` and `==2.4.*` are the same series."""
    text = text.replace(" ", "")
    series = re.fullmatch(r">=(\d+)\.(\d+),<(\d+)\.(\d+)", text)
    if series and series[1] == series[3] and int(series[4]) == int(series[2]) + 1:
        return f"{series[1]}.{series[2]}"
    return text.lstrip("=").removesuffix(".*")


def test_one_range_tells_ranges_apart():
    assert one_range(">=2.4,<2.5") == one_range("=2.4") == "2.4"
    assert one_range("==2.13.0") == one_range("=2.13.0") == "2.13.0"
    assert len({one_range(">=2.4,<2.6"), one_range(">=2.4,<2.5"), one_range(">=2.4")}) == 3


def test_every_requirement_is_in_an_environment():
    present = {name for env in environments().values() for name in env}
    assert set(required()) - present == set()


@pytest.mark.parametrize("file", sorted(environments()))
def test_environment_agrees_with_the_requirements(file):
    wanted = {**required(), "python": "3.11"}
    assert environments()[file] == {name: wanted.get(name) for name in environments()[file]}


def test_environments_take_no_channel_of_their_own():
    for path in (ROOT / "envs").glob("*.yaml"):
        assert "nodefaults" in yaml.safe_load(path.read_text())["channels"], path.name
