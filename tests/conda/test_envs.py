"""The smallest study in an environment per rule, from a host that holds Snakemake alone. `make test-envs` runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from environment import requirements_of
from running import ROOT, SMOKE, copy_repository

BIN = Path(__file__).parent / "bin"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Return a Python that has what envs/host.yaml lists, and nothing else."""
    folder = tmp_path_factory.mktemp("host")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    requirements = [f"{name}{versions}" for name, versions in requirements_of(ROOT / "envs/host.yaml").items()]
    pip = [folder / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *requirements]
    subprocess.run(pip, check=True)
    for package in ("astropy", "h5py", "torch"):  # the host's own packages bring NumPy
        assert subprocess.run(
            [folder / "bin/python", "-c", f"import {package}"], capture_output=True, check=False
        ).returncode
    return folder / "bin" / "python"


def run(host, folder, *arguments):
    """Run the study with an environment per rule."""
    command = [host, "-m", "snakemake", "-c2", "--sdm", "conda", "--config", SMOKE, "--", *arguments]
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def test_a_package_that_is_unknown_is_named(host, tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    file = folder / "envs" / "imaging.yaml"
    file.write_text(file.read_text() + "  - skyloom-no-such-package >=1,<2\n")
    done = run(host, folder, "results/smoke/manifest.json")
    assert done.returncode
    assert "envs/imaging.yaml" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "PackagesNotFoundError" in line)
    assert "skyloom-no-such-package" in line
    assert "Traceback" not in done.stdout


def test_a_package_that_a_rule_needs_and_its_environment_has_not(host, tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    file = folder / "envs" / "imaging.yaml"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if "h5py" not in line) + "\n")
    done = run(host, folder, "results/smoke/fields/train.h5")
    assert done.returncode
    assert "No module named 'h5py'" in done.stdout


def test_the_study_runs_in_its_environments(host, tmp_path):
    folder = copy_repository(tmp_path / "skyloom")
    done = run(host, folder)
    assert done.returncode == 0, done.stdout
    assert (folder / "results/smoke/report.html").stat().st_size > 10000
    assert "Nothing to be done" in run(host, folder).stdout
