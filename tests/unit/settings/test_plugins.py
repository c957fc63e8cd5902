"""Plugins are found in their folders; options and declarations are read without importing them."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from running import ROOT

from workflow_scripts.settings import plugins
from workflow_scripts.settings.scoring import extractor

PLUGIN = '''"""A model."""

from typing import Literal

import a_package_that_this_host_does_not_have
from pydantic import model_validator

from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Sky(parts={"stars": Part(kind="stage")})
LARGEST = 100
UNRELATED = a_package_that_this_host_does_not_have.number


class Inner(Declared):
    """A part of the options."""

    lags: list[int] = option([3, 1], "Lags.")


class Options(Declared):
    """Options."""

    width: int = option(8, "Channels.", ge=1, le=LARGEST)
    lr: float = option(0.1, "Rate.", gt=0)
    name: Literal["a", "b"] = option("a", "Name.")
    on: bool = option(False, "Switch.")
    files: list[str] = option([], "Files.")
    inner: Inner = Inner()

    @model_validator(mode="after")
    def check(self):
        """Refuse."""
        if self.on and self.name == "b":
            raise ValueError("on: not with name b")
        return self
'''


@pytest.fixture
def registry(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "little.py").write_text(PLUGIN)
    (tmp_path / "models" / "bare.py").write_text('"""A model without options."""\n')
    (tmp_path / "models" / "__init__.py").write_text("")
    monkeypatch.setattr(plugins, "ROOT", tmp_path)
    caches = (plugins.tree, plugins.options_class, plugins.declaration)
    for function in caches:
        function.cache_clear()
    yield tmp_path
    for function in caches:
        function.cache_clear()


def check(given):
    return plugins.check_options("models", "little", given, "config: stages.a")


def test_a_folder_is_its_own_registry(registry):
    assert plugins.names("models") == ["bare", "little"]


def test_defaults_are_filled_in_with_sorted_keys_and_nothing_is_imported(registry):
    options = check({"width": 3})
    default = {"lr": 0.1, "name": "a", "on": False, "files": [], "inner": {"lags": [3, 1]}}
    assert options == {"width": 3, **default}
    assert list(options) == sorted(options)


def test_a_plugin_may_have_no_options(registry):
    assert plugins.check_options("models", "bare", {}, "config: stages.a") == {}
    with pytest.raises(ValueError, match=r"^config: stages.a.options.width: unknown key; known: none$"):
        plugins.check_options("models", "bare", {"width": 3}, "config: stages.a")


def test_a_declaration_is_read_without_an_import(registry):
    assert plugins.declaration("models", "little").roles("stage") == {"stars"}
    assert plugins.declaration("models", "little").roles("list") == set()
    with pytest.raises(ValueError, match="here: models/bare.py has no DECLARATION: see docs/adding-a-plugin.md"):
        plugins.declared_at("here", "models", "bare")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"widht": 3}, "widht: unknown key; did you mean 'width'?"),
        ({"width": 2.5}, "width: 2.5 is not a valid integer, got a number with a fractional part (Channels)"),
        ({"width": True}, "width: a boolean is not a number"),
        ({"width": 0}, "width: 0 is not greater than or equal to 1 (Channels)"),
        ({"width": 101}, "width: 101 is not less than or equal to 100 (Channels)"),
        ({"name": "c"}, "name: 'c' is not 'a' or 'b' (Name)"),
        ({"files": "a.fits"}, "files: 'a.fits' is not a valid list (Files)"),
        ({"on": True, "name": "b"}, "on: not with name b"),
        ({"inner": {"lags": [False]}}, "inner.lags: a boolean is not a number"),
    ],
)
def test_one_line_names_the_wrong_option(registry, given, line):
    with pytest.raises(ValueError, match=re.escape(line)) as caught:
        check(given)
    assert str(caught.value) == f"config: stages.a.options.{line}"


def test_numbers_are_read_from_integers_and_from_text(registry):
    assert check({"lr": 1})["lr"] == check({"lr": "1"})["lr"] == 1.0
    assert check({"lr": "1e-4"})["lr"] == 1e-4


def test_an_unknown_plugin_is_answered_with_the_nearest(registry):
    with pytest.raises(ValueError, match="config: b: no plugin 'litle' in models/; did you mean 'little'\\?$"):
        plugins.check_options("models", "litle", {}, "config: b")
    with pytest.raises(ValueError, match="config: b: no plugin 'zz' in models/; see docs/configuration.md$"):
        plugins.check_options("models", "zz", {}, "config: b")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("class Options(:", "models/broken.py, line 1: invalid syntax"),
        ("WIDTH = np.pi\nclass Options:\n    width = WIDTH", "Options cannot be read: name 'np' is not defined"),
        ("class Options:\n    width: int = 3", "Options must inherit from settings.declared.Declared"),
    ],
)
def test_a_plugin_that_cannot_be_read_is_named_in_one_line(registry, text, line):
    (registry / "models" / "broken.py").write_text(text)
    with pytest.raises(ValueError, match=f"^config: b: .*{re.escape(line)}$"):
        plugins.check_options("models", "broken", {}, "config: b")


def test_options_of_all_plugins_are_read_with_pydantic_alone():
    code = (
        "import sys\nfrom workflow_scripts.settings import plugins\n"
        "for folder in plugins.FOLDERS:\n"
        "    assert plugins.names(folder)\n"
        "    for name in plugins.names(folder):\n"
        "        plugins.options_class(folder, name).model_json_schema()\n"
        "tops = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(tops & {'numpy', 'torch', 'astropy', 'galsim', 'scipy', 'skimage', 'xgboost'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_feature_of_sources_without_a_limit_of_their_number_is_refused(registry):
    (registry / "features").mkdir()
    (registry / "features" / "mine.py").write_text(
        "from workflow_scripts.settings.contracts.features import Feature\nDECLARATION = Feature(rows='sources')\n"
    )
    study = SimpleNamespace(where=lambda *keys: f"config: {'.'.join(keys)}")
    with pytest.raises(ValueError, match="^config: features.shapes.mine: Options of features of sources must inherit"):
        extractor(study, "shapes", "mine", {})
