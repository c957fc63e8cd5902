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
    folder = tmp_path_factory.mktemp("workflow")
    more = {study: ["all", "experiments"] for study, about in studies().items() if "experiments" in about["make"]}
    wanted = [[{"study": study}, more.get(study, targets(study))] for study in studies()]
    script, file = Path(__file__).with_name("parsing.py"), folder / "workflow.json"
    command = [sys.executable, script, ROOT, json.dumps([*wanted, *own_files(folder)]), file]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return json.loads(file.read_text())


def own_files(folder):
    """Return what runs with files of the user's are given: a list of sources, images to score, a table of requests."""
    for name in ("list.ecsv", "image.npy", "table.csv"):
        (folder / name).touch()
    listed = {"recipe": "point_process", "parts": {"stamps": "marked_flow", "sources": str(folder / "list.ecsv")}}
    make = {"skies": ["mine"], "scorers": ["small_cnn"], "score": {"images": [str(folder / "image.npy")]}}
    requests = {"mine": {"source": str(folder / "table.csv")}}
    return [
        [{"study": "hubble", "skies": {"mine": listed}, "make": make}, []],
        [{"study": "galaxies", "requests": requests, "make": {"requests": ["mine"]}}, []],
    ]


def copy_all(source, target):
    """Copy a folder with the times of its files: Snakemake looks at them."""
    subprocess.run(["cp", "-a", source, target], check=True)
    return target
