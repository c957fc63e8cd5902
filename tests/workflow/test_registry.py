"""The settings and the plugins: complete, and in step with each other."""

import jsonschema
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
    "deblenders": ("deblenders", "deblender"),
    "stages": ("models", "model"),
    "skies": ("skies", "recipe"),
    "scorers": ("scorers", "scorer"),
    "metrics": ("metrics", "metric"),
}


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
    schema = reference.schema()
    assert schema["additionalProperties"] is False
    assert set(CONFIG) < set(schema["properties"])
    assert schema["$defs"]["Detection"]["properties"]["min_area"]["minimum"] == 1
    checker = jsonschema.Draft202012Validator(schema)
    checker.check_schema(schema)
    for name, study in studies().items():
        assert [error.message for error in checker.iter_errors(merge(CONFIG, study))] == [], name


@pytest.mark.parametrize(
    ("section", "name", "change"),
    [
        ("stages", "star_wgan", {"options": {"latnt": 3}}),
        ("stages", "star_wgan", {"options": {"latent": 0}}),
        ("skies", "layered", {"options": {"stars": "some"}}),
        ("scorers", "published_xgboost", {"options": {"depth": "deep"}}),
        ("metrics", "two_sample_auc", {"options": {"folds": 1}}),
        ("features", "summary", {"hog": {"cell": 1}}),
        ("features", "summary", {"no_feature": {}}),
    ],
)
def test_the_schema_refuses_wrong_options_of_plugins(section, name, change):
    checker = jsonschema.Draft202012Validator(reference.schema())
    given = merge(CONFIG, {**studies()["hubble"], section: {name: change}})
    assert not checker.is_valid(given)


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


def test_the_reference_lists_every_plugin():
    """The message about an unknown plugin sends its reader there."""
    assert [name for _, name in PLUGINS if f"\n### {name}\n" not in reference.page()] == []


def test_config_names_every_default_plugin_once():
    """The folders are the registries: a plugin that a config names is a file."""
    for stage in CONFIG["stages"].values():
        assert stage["model"] in plugins.names("models")
    for sky in CONFIG["skies"].values():
        assert sky["recipe"] in plugins.names("skies")
