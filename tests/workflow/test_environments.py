"""One environment per kind of work, in agreement with requirements.txt."""

import re

import yaml
from environment import pip_range, requirements_of
from running import ROOT, TARGETS
from trees import offenders

ENVS = sorted((ROOT / "envs").glob("*.yaml"))


def required():
    """Return {name: range} of requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    found = [re.match(r"([A-Za-z0-9-]+)\s*([<>=!].*)?$", line.partition("#")[0].strip()) for line in lines]
    return {match[1]: match[2] or "" for match in found if match}


def bounds(versions):
    """Return a range as its two ends."""
    exact = re.fullmatch(r"==(\d+)\.(\d+)\.\*", versions)
    if exact:
        return {f">={exact[1]}.{exact[2]}", f"<{exact[1]}.{int(exact[2]) + 1}"}
    return set(versions.split(","))


def faults_of_environment(path):
    """Return the packages of an environment without a range or with another one than requirements.txt."""
    expected, known = requirements_of(path), required()
    wrong = {name: f"{name} {spelt or 'without a range'}" for name, spelt in expected.items()}
    return {
        wrong[name] for name in expected if not expected[name] or bounds(expected[name]) != bounds(known.get(name, ""))
    }


def test_environments_agree_with_requirements():
    assert offenders((path, faults_of_environment(path)) for path in ENVS) == []
    assert [path.name for path in ENVS if not requirements_of(path)] == []


def test_environments_take_python_and_channels_alike():
    texts = {path.name: yaml.safe_load(path.read_text()) for path in ENVS}
    assert [name for name, text in texts.items() if "nodefaults" not in text["channels"]] == []
    assert [name for name, text in texts.items() if "python =3.11" not in text["dependencies"]] == []


def test_all_that_is_required_is_in_an_environment():
    there = {name for path in ENVS for name in requirements_of(path)}
    assert set(required()) == there


def test_every_rule_has_an_environment(workflow):
    used = {rule["conda"].rpartition("/")[2] for rule in workflow["rules"] if rule["name"] not in TARGETS}
    assert used | {"host.yaml"} == {path.name for path in ENVS}


def test_ranges_are_read_as_conda_means_them(tmp_path):
    assert (pip_range("=9.27"), pip_range("=2.13.0"), pip_range(">=2,<3")) == ("==9.27.*", "==2.13.0", ">=2,<3")
    file = tmp_path / "env.yaml"
    file.write_text("channels: [a]\ndependencies:\n  - python =3.11\n  - pytorch =2.13.0\n  - h5py >=3,<4  # why\n")
    assert requirements_of(file) == {"torch": "==2.13.0", "h5py": ">=3,<4"}
    assert bounds("==2.8.*") == bounds(">=2.8,<2.9")
