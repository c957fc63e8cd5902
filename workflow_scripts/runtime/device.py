"""Tell where jobs run, and whether the machine that plans them has a GPU."""

import os
import shutil
import subprocess
from functools import cache

JOBS_RUN_HERE = "SKYLOOM_JOBS_RUN_HERE"


def gpus_here(device):
    """Return the GPUs that a network's job asks for, 0 or 1.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        `auto` asks `nvidia-smi`.
    """
    return int(device == "cuda" or (device == "auto" and has_gpu()))


def tell_where_jobs_run(here):
    """Tell the jobs of a run whether they run on the machine that plans them.

    Jobs on a cluster read the rules again, in processes that do not know how they were sent: these inherit it, and
    price and ask for GPUs as the main process does.
    """
    os.environ[JOBS_RUN_HERE] = str(int(here))


def jobs_run_here():
    """Return what a job was told."""
    return os.environ.get(JOBS_RUN_HERE) != "0"


@cache
def has_gpu():
    """Tell whether `nvidia-smi` lists a GPU."""
    if not shutil.which("nvidia-smi"):
        return False
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return "GPU" in listed.stdout
