"""What is made once for all tests, whatever processes they run in: a finished study, and the parsed workflow."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import copy_repository, run
from study_files import studies


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """Return a copy of the repository in which the study `smoke` is finished. Not to be written to."""
    return once(tmp_path_factory, "finished", lambda folder: run(copy_repository(folder)))


@pytest.fixture
def copy_of_finished(finished, tmp_path):
    """Return a copy of the finished run to do anything with."""
    return copy_all(finished, tmp_path / "skyloom")


@pytest.fixture(scope="session")
def workflow(tmp_path_factory):
    """Return the parsed workflow: `rules`, and the `jobs` of every study with their params evaluated."""
    return json.loads((once(tmp_path_factory, "parsed", parse) / "workflow.json").read_text())


def parse(folder):
    """Plan every study that ships, in one process, and write what there is to know of rules and jobs."""
    checkout = copy_repository(folder)
    more = {name: ["all", "experiments"] for name, study in studies().items() if "experiments" in study["make"]}
    runs = [[{"study": name}, more.get(name, [])] for name in studies()] + runs_with_own_files(folder)
    script = Path(__file__).with_name("parsing.py")
    command = [sys.executable, script, checkout, json.dumps(runs), folder / "workflow.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def runs_with_own_files(folder):
    """Return runs that are given the user's files: sources, images to score, requests, a survey, pictures."""
    for name in ("list.ecsv", "image.npy", "table.csv", "image_r.fits", "picture.png"):
        (folder / name).touch()
    listed = {"recipe": "point_process", "parts": {"stamps": "marked_flow", "sources": str(folder / "list.ecsv")}}
    make = {"skies": ["mine"], "scorers": ["small_cnn"], "score": {"images": [str(folder / "image.npy")]}}
    survey = {"source": "survey", "options": {"files": [str(folder / "image_r.fits")]}}
    pictures = {"source": "image_folder", "options": {"files": [str(folder / "picture.png")]}}
    requests = {"mine": {"source": str(folder / "table.csv")}}
    return [
        [{"study": "hubble", "skies": {"mine": listed}, "make": make}, []],
        [{"study": "hubble", "dataset": survey}, ["results/hubble/sources/test.ecsv"]],
        [{"study": "mine", "dataset": pictures}, []],
        [{"study": "galaxies", "requests": requests, "make": {"requests": ["mine"]}}, []],
    ]


def once(tmp_path_factory, name, make):
    """Return the folder that `make` fills, at most once in a run of pytest: other processes wait for it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, done = root / name, root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


def copy_all(source, target):
    """Copy a folder with the times of its files: Snakemake looks at them."""
    subprocess.run(["cp", "-a", source, target], check=True)
    return target
