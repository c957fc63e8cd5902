"""A killed training goes on where it was; a full disk leaves nothing half-written and is survived."""

import os
import random
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest
from disk import Disk
from running import SMOKE, command, run, snakemake
from study_files import override

from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.checkpoints import write_tensors
from workflow_scripts.formats.images import write_fits_fields
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.runtime.entry import message_of

STAGE, STATE = "results/smoke/stages/star_wgan", "state/smoke/star_wgan"
WEIGHTS = f"{STAGE}/weights.safetensors"
LONGER = {
    "steps": 100,
    "batch": 16,
    "checkpoint_every": 5,
    "options": {"width": 8, "critic_steps": 2},
}


def longer(folder):
    """Let a copy's stage train long enough to be killed in between."""
    return override(folder, stages={"star_wgan": LONGER})


@pytest.fixture(scope="module")
def undisturbed(finished, tmp_path_factory):
    """Return the products of the longer training in one go, by name."""
    folder = tmp_path_factory.mktemp("undisturbed") / "skyloom"
    subprocess.run(["cp", "-a", finished, folder], check=True)
    run(longer(folder), targets=[WEIGHTS])
    return products(folder)


def products(folder):
    """Return the bytes of all that a training writes."""
    return {path.name: path.read_bytes() for path in (folder / STAGE).iterdir()}


def start(folder):
    """Start Snakemake in a process group of its own and wait for the first checkpoint."""
    process = subprocess.Popen(
        command("-c1", "--config", SMOKE, "--", WEIGHTS),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    until(lambda: (folder / STATE / "state.json").exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()[0]
    return process


def until(condition, seconds=120):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def trainer(folder):
    """Return the number of the process that trains."""
    return int((folder / STATE / "owner").read_text().split()[0])


def unlock(folder):
    """Do what `snakemake --unlock` does."""
    shutil.rmtree(folder / ".snakemake" / "locks")


def alive(pid):
    """Tell whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def assert_went_on(folder, undisturbed):
    """Assert that the second run continued the first one, and ended with the same bytes."""
    log = (folder / "logs/smoke/train_stage/star_wgan.log").read_text()
    assert "going on from step" in log
    assert products(folder) == undisturbed
    assert not (folder / STATE).exists()
    assert not list((folder / "results").rglob("*.part"))


def test_killed_job_goes_on(copy_of_finished, undisturbed):
    process = start(longer(copy_of_finished))
    time.sleep(random.uniform(0, 0.8))  # noqa: S311
    os.kill(trainer(copy_of_finished), signal.SIGKILL)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in output
    assert not (copy_of_finished / WEIGHTS).exists()
    run(copy_of_finished, targets=[WEIGHTS])
    assert_went_on(copy_of_finished, undisturbed)


def test_killed_with_snakemake_goes_on(copy_of_finished, undisturbed):
    """As when the machine goes down: what is left is a lock, which Snakemake says how to take away."""
    process = start(longer(copy_of_finished))
    pid = trainer(copy_of_finished)
    time.sleep(random.uniform(0, 0.8))  # noqa: S311
    os.killpg(process.pid, signal.SIGKILL)
    if alive(pid):
        os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=60)
    output = run(copy_of_finished, targets=[WEIGHTS], ok=False)
    assert "unlock" in output
    snakemake(copy_of_finished, "--unlock")
    run(copy_of_finished, targets=[WEIGHTS])
    assert_went_on(copy_of_finished, undisturbed)


def test_two_trainings_do_not_meet(copy_of_finished, undisturbed):
    """The job of a killed Snakemake lives on; the next run says so, and the one after it finds all done."""
    process = start(longer(copy_of_finished))
    pid = trainer(copy_of_finished)
    os.kill(pid, signal.SIGSTOP)  # so that it surely lives on
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    try:
        unlock(copy_of_finished)
        output = run(copy_of_finished, targets=[WEIGHTS], ok=False)
        assert f"process {pid} on" in output
        assert "is still training here: wait for it or stop it" in output
    finally:
        os.kill(pid, signal.SIGKILL)
    process.stdout.close()
    until(lambda: not running(pid))
    run(copy_of_finished, targets=[WEIGHTS])
    assert_went_on(copy_of_finished, undisturbed)


def test_second_run_for_the_same_files_does_nothing(copy_of_finished, undisturbed):
    first = start(longer(copy_of_finished))
    output = run(copy_of_finished, targets=[WEIGHTS], ok=False)
    assert "cannot be locked" in output
    assert "rule train_stage" not in output
    output, _ = first.communicate(timeout=120)
    assert first.returncode == 0, output
    assert products(copy_of_finished) == undisturbed


def test_training_that_an_orphan_ended_is_not_made_again(copy_of_finished, undisturbed):
    process = start(longer(copy_of_finished))
    pid = trainer(copy_of_finished)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    process.stdout.close()
    until(lambda: not running(pid))
    assert products(copy_of_finished) == undisturbed
    unlock(copy_of_finished)
    run(copy_of_finished, targets=[WEIGHTS])
    assert "going on from step 100" in (copy_of_finished / "logs/smoke/train_stage/star_wgan.log").read_text()
    assert_went_on(copy_of_finished, undisturbed)


def running(pid):
    """Tell whether a process is there and no zombie."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


def test_state_of_another_training_is_left_behind(copy_of_finished):
    """After a change of the options a training starts afresh: its key is another."""
    process = start(longer(copy_of_finished))
    os.kill(trainer(copy_of_finished), signal.SIGKILL)
    process.communicate(timeout=60)
    override(copy_of_finished, stages={"star_wgan": {**LONGER, "steps": 10, "batch": 8}})
    run(copy_of_finished, targets=[WEIGHTS])
    assert "going on" not in (copy_of_finished / "logs/smoke/train_stage/star_wgan.log").read_text()
    history = (copy_of_finished / STAGE / "history.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in history[1:]] == ["5", "10"]


@pytest.fixture
def disk(tmp_path):
    """Return a function that mounts a small disk on a folder."""
    mounted = []

    def mount(folder, size):
        mounted.append(Disk(folder))
        try:
            return mounted[-1].mount(size)
        except OSError as error:
            pytest.skip(str(error))

    yield mount
    for item in mounted:
        item.unmount()


BIG = np.random.default_rng(0).random((300, 64, 64))


def big_stack(path):
    with create_stack(path) as writer:
        for image in BIG:
            writer.append(image=image[None])


def big_array(path):
    with create_array(path, BIG.shape, np.float64) as writer:
        for image in BIG:
            writer.append(image)


WRITERS = {
    "stack.h5": big_stack,
    "array.npy": big_array,
    "table.csv": lambda path: write_csv(path, [{"a": value} for value in BIG[:40].ravel()]),
    "catalogue.ecsv": lambda path: write_catalogue(path, {"x": BIG[:20].ravel()}),
    "catalogue.fits": lambda path: write_catalogue(path, {"x": BIG.ravel()}),
    "fields.fits": lambda path: write_fits_fields(path, BIG, unit="", pixel_scale_arcsec=None),
    "weights.safetensors": lambda path: write_tensors(path, {"w": BIG}),
    "about.json": lambda path: write_json(path, BIG[:40].tolist()),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_reported_and_leaves_nothing(name, disk, tmp_path):
    folder = disk(tmp_path / "disk", "1m").folder
    with pytest.raises(Exception, match=".+") as error:
        WRITERS[name](folder / name)
    assert message_of(error.value).startswith("the disk is full")
    assert list(folder.iterdir()) == []


def test_run_goes_on_when_there_is_room_again(disk, copy_of_finished):
    target = "results/smoke/fields/train.h5"
    whole = (copy_of_finished / target).read_bytes()
    small = disk(copy_of_finished / "results", "1m")  # it hides what was there
    output = run(copy_of_finished, targets=[target], ok=False)
    first = next(line for line in output.splitlines() if "skyloom: " in line or "rror" in line)
    assert first.startswith("skyloom: import_dataset (study smoke): the disk is full"), output
    assert "Traceback" not in output
    assert "unexpected" not in output
    assert [path.name for path in small.folder.rglob("*") if path.is_file()] == ["manifest.json"]
    assert small.resize("50m")
    run(copy_of_finished, targets=[target])
    assert (copy_of_finished / target).read_bytes() == whole


def test_training_survives_a_full_disk(disk, copy_of_finished, undisturbed):
    """The last good checkpoint stays: there, the training goes on."""
    state = disk(longer(copy_of_finished) / "state", "150k")
    output = run(copy_of_finished, targets=[WEIGHTS], ok=False)
    assert "the disk is full" in output
    assert "Traceback" not in output
    assert not list(state.folder.rglob("*.part"))
    state.resize("50m")
    run(copy_of_finished, targets=[WEIGHTS])
    assert products(copy_of_finished) == undisturbed
