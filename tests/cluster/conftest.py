"""A SLURM of two nodes on this machine, and a study prepared for it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from cluster import Cluster, longer
from running import copy_repository, run

HERE = Path(__file__).parent


def why_not():
    """Return why no SLURM can be started here, or an empty string."""
    if os.geteuid() != 0:
        return "SLURM is started as root, and this is another user"
    missing = [tool for tool in ("munged", "slurmctld", "slurmd", "slurmdbd", "mariadbd") if not shutil.which(tool)]
    return f"{', '.join(missing)} missing: `make test-cluster` installs what it needs" if missing else ""


@pytest.fixture(scope="session")
def cluster():
    """Start SLURM with accounting; stop it at the end."""
    if why_not():
        pytest.skip(why_not())
    folder = Path(tempfile.mkdtemp(prefix="skyloom-slurm-"))
    folder.chmod(0o755)  # munge wants to be reached by all
    done = subprocess.run(
        [HERE / "slurm_up.sh", folder], env={**os.environ, "DBD": "1"}, stdout=subprocess.PIPE, text=True, check=True
    )
    before = dict(os.environ)
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
    assert f"SLURM_CONF={folder / 'slurm.conf'}" in done.stdout
    yield Cluster(folder)
    subprocess.run([HERE / "slurm_down.sh", folder], check=False)
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    """Return a folder in which the smallest study was made on this machine, without SLURM."""
    folder = copy_repository(tmp_path_factory.mktemp("local") / "skyloom")
    run(folder, targets=[])
    return folder


@pytest.fixture(scope="session")
def undisturbed(local, tmp_path_factory):
    """Return the weights of the longer training, made on this machine in one go."""
    folder = tmp_path_factory.mktemp("undisturbed") / "skyloom"
    subprocess.run(["cp", "-a", local, folder], check=True)
    weights = "results/smoke/stages/star_wgan/weights.safetensors"
    run(longer(folder), targets=[weights])
    return (folder / weights).read_bytes()


@pytest.fixture
def folder(local, tmp_path):
    """Return a copy of the finished study in which the training is longer, so that something can happen to it."""
    subprocess.run(["cp", "-a", local, tmp_path / "skyloom"], check=True)
    return longer(tmp_path / "skyloom")
