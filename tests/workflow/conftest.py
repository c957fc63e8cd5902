"""One finished run of the smallest study, and copies of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, copy_repository, run, studies, targets


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """Return a copy of the repository in which the study `smoke` is finished. Not to be written to."""
    folder = copy_repository(tmp_path_factory.mktemp("finished") / "skyloom")
    run(folder)
    return folder


@pytest.fixture
def copy_of_finished(finished, tmp_path):
    """Return a copy of the finished run to do anything with."""
    return copy_all(finished, tmp_path / "skyloom")


@pytest.fixture(scope="session")
def workflow(tmp_path_factory):
    """Return the parsed workflow: `rules`, and the `jobs` of every study with their params evaluated."""
    file = tmp_path_factory.mktemp("workflow") / "workflow.json"
    more = {study: ["all", "experiments"] for study, about in studies().items() if "experiments" in about["make"]}
    wanted = json.dumps({study: more.get(study, targets(study)) for study in studies()})
    script = Path(__file__).with_name("parsing.py")
    subprocess.run([sys.executable, script, ROOT, wanted, file], cwd=file.parent, capture_output=True, check=True)
    return json.loads(file.read_text())


def copy_all(source, target):
    """Copy a folder with the times of its files: Snakemake looks at them."""
    subprocess.run(["cp", "-a", source, target], check=True)
    return target
