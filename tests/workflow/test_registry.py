"""The settings, the plugins and the environments: complete, and in step with each other."""

import re

import pytest
import yaml
from running import ROOT
from study_files import studies

from workflow_scripts.settings import plugins, reference
from workflow_scripts.settings.config import Config
from workflow_scripts.settings.declared import Declared
from workflow_scripts.settings.values import merge

PLUGINS = [(folder, name) for folder in plugins.FOLDERS for name in plugins.names(folder)]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
PLUGIN_OF = {  # section: the folder of its plugins, and the key that names one
    "stages": ("models", "model"),
    "skies": ("skies", "recipe"),
    "scorers": ("scorers", "scorer"),
    "metrics": ("metrics", "metric"),
}
CONDA_NAMES = {"torch": "pytorch", "snakemake": "snakemake-minimal"}


def leaves(value, path=()):
    """Yield the path of every value of a config that is not made of others."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield path


def without(config, path):
    """Return a config in which one value is left out."""
    if len(path) == 1:
        return {key: value for key, value in config.items() if key != path[0]}
    return {**config, path[0]: without(config[path[0]], path[1:])}


def complete(config):
    """Return all values of a config, the defaults of sections and plugins among them."""
    values = Config(**config).model_dump()
    values["dataset"]["options"] = options("datasets", values["dataset"]["source"], values["dataset"]["options"])
    for section, (folder, key) in PLUGIN_OF.items():
        for entry in values[section].values():
            entry["options"] = options(folder, entry[key], entry["options"])
    for features in values["features"].values():
        features |= {name: options("features", name, given or {}) for name, given in features.items()}
    return values


def options(folder, name, given):
    return plugins.check_options(folder, name, given, "here")


def repeated(config, base):
    """Return the places of a config that say what holds without them."""
    whole = complete(merge(base, config))
    return [".".join(path) for path in leaves(config) if says_nothing(merge(base, without(config, path)), whole)]


def says_nothing(config, whole):
    """Tell whether a config is complete, and no other, with one value left out."""
    try:
        return complete(config) == whole
    except ValueError:
        return False


def test_no_default_stands_in_two_places():
    """What config.yaml says is no declared default; what a study says, neither that nor what config.yaml says."""
    found = {"config.yaml": repeated(CONFIG, {"dataset": {"source": "hubble_deep_field"}})}
    found |= {name: repeated(study, CONFIG) for name, study in studies().items()}
    assert {name: places for name, places in found.items() if places} == {}


def test_a_repeated_default_is_seen():
    base = {**CONFIG, "dataset": {"source": "hubble_deep_field"}}
    assert repeated({"seed": 42, "fields": {"field_size": 64}}, base) == ["seed"]
    assert repeated({"stages": {"star_wgan": {"batch": 64, "options": {"latent": 100}}}}, base) == [
        "stages.star_wgan.batch",
        "stages.star_wgan.options.latent",
    ]


def declared_classes(cls=Config):
    """Yield the classes that the config is made of."""
    yield cls
    for field in cls.model_fields.values():
        if reference.inner(field.annotation):
            yield from declared_classes(reference.inner(field.annotation))


def test_every_setting_is_described_and_no_other_key_passes():
    classes = list(declared_classes())
    assert len(classes) > 20
    silent = [
        f"{cls.__name__}.{key}" for cls in classes for key, field in cls.model_fields.items() if not field.description
    ]
    assert silent == []
    assert [cls.__name__ for cls in classes if cls.model_config["extra"] != "forbid" or not cls.__doc__] == []


def test_the_reference_of_the_settings_is_up_to_date():
    """Else run `python -m workflow_scripts.settings.reference`."""
    assert reference.PAGE.read_text() == reference.page()


def test_the_schema_describes_what_the_checks_accept():
    schema = Config.model_json_schema()
    assert schema["additionalProperties"] is False
    assert set(CONFIG) < set(schema["properties"])
    assert schema["$defs"]["Detection"]["properties"]["min_area"]["minimum"] == 1


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
