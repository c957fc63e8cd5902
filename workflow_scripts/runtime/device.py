"""Device of the jobs, and detection of a GPU on the machine that plans them."""

import os
import shutil
import subprocess
from functools import cache

JOBS_RUN_HERE = "SKYLOOM_JOBS_RUN_HERE"


def gpus_here(device):
    """Return the number of GPUs that the job of a network requests, 0 or 1.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        `auto` queries `nvidia-smi`.
    """
    return int(device == "cuda" or (device == "auto" and has_gpu()))


def set_jobs_run_here(here):
    """Set an environment variable by which jobs know whether they run on the machine that plans them.

    Jobs on a cluster parse the rules again, in processes without information about the executor. They inherit the
    variable, and determine costs and GPUs like the main process.
    """
    os.environ[JOBS_RUN_HERE] = str(int(here))


def jobs_run_here():
    """Return whether jobs run on the machine that plans them."""
    return os.environ.get(JOBS_RUN_HERE) != "0"


@cache
def has_gpu():
    """Return whether `nvidia-smi` lists a GPU."""
    if not shutil.which("nvidia-smi"):
        return False
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return "GPU" in listed.stdout
