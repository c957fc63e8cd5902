"""Tell where jobs run, and whether the machine that plans them has a GPU."""

import os
import shutil
import subprocess
from functools import cache


def gpus_here(device):
    """Return the GPUs that a network's job asks for, 0 or 1.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        `auto` asks `nvidia-smi`.
    """
    return int(device == "cuda" or (device == "auto" and has_gpu()))


def jobs_run_here(said=None):
    """Tell whether jobs run on the machine that plans them.

    Jobs on a cluster read the rules again, in processes that do not know how they were sent: these inherit what the
    main process says, and price and ask for GPUs as it does.

    Parameters
    ----------
    said : bool or None
        By the main process; None: what it said.
    """
    if said is not None:
        os.environ["SKYLOOM_JOBS_RUN_HERE"] = str(int(said))
    return os.environ.get("SKYLOOM_JOBS_RUN_HERE") != "0"


@cache
def has_gpu():
    """Tell whether `nvidia-smi` lists a GPU."""
    if not shutil.which("nvidia-smi"):
        return False
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return "GPU" in listed.stdout
