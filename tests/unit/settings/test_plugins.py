import pytest

from workflow_scripts.settings import plugins

PLUGIN = '''"""A model."""

import a_package_that_this_host_does_not_have
from dataclasses import dataclass, field

NEEDS = {"stars": "stage"}


@dataclass(frozen=True)
class Options:
    """Options."""

    width: int = 8
    lr: float = 0.1
    name: str = "a"
    on: bool = False
    files: list = field(default_factory=list)

    def __post_init__(self):
        if self.width < 1:
            raise ValueError("width: at least 1")
'''


@pytest.fixture
def registry(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "little.py").write_text(PLUGIN)
    (tmp_path / "models" / "__init__.py").write_text("")
    monkeypatch.setattr(plugins, "ROOT", tmp_path)
    plugins.tree.cache_clear()
    plugins.options_class.cache_clear()
    yield tmp_path
    plugins.tree.cache_clear()
    plugins.options_class.cache_clear()


def check(given):
    return plugins.check_options("models", "little", given, "config: stages.a")


def test_a_folder_is_its_own_registry(registry):
    assert plugins.names("models") == ["little"]


def test_defaults_are_filled_in_with_sorted_keys_and_nothing_is_imported(registry):
    options = check({"width": 3})
    assert options == {"width": 3, "lr": 0.1, "name": "a", "on": False, "files": []}
    assert list(options) == sorted(options)


def test_a_constant_is_read_without_an_import(registry):
    assert plugins.constant("models", "little", "NEEDS", "here") == {"stars": "stage"}
    with pytest.raises(ValueError, match="here: models/little.py says no PHASES"):
        plugins.constant("models", "little", "PHASES", "here")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"widht": 3}, r"stages.a.options.widht: unknown option.*did you mean 'width'"),
        ({"width": 2.5}, "width: 2.5 is not of type int"),
        ({"width": True}, "width: True is not of type int"),
        ({"lr": "0.1"}, "lr: '0.1' is not of type float"),
        ({"lr": True}, "not of type float"),
        ({"on": 1}, "not of type bool"),
        ({"files": "a.fits"}, "not of type list"),
        ({"width": 0}, "config: stages.a.options: width: at least 1"),
    ],
)
def test_wrong_options_are_named(registry, given, words):
    with pytest.raises(ValueError, match=words):
        check(given)


def test_an_integer_may_stand_for_a_float(registry):
    assert check({"lr": 1})["lr"] == 1


def test_an_unknown_plugin_is_told_which_exist(registry):
    with pytest.raises(ValueError, match="config: b: no plugin 'litle' in models/; did you mean .*known: little"):
        plugins.check_options("models", "litle", {}, "config: b")


@pytest.mark.parametrize("folder", plugins.FOLDERS)
def test_every_plugin_has_options_made_of_builtins(folder):
    assert plugins.names(folder)
    for name in plugins.names(folder):
        cls = plugins.options_class(folder, name)
        assert cls.__dataclass_params__.frozen
        assert {item.type for item in cls.__dataclass_fields__.values()} <= {int, float, str, bool, list, dict}
