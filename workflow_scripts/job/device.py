"""Tell whether the machine that plans the jobs has a GPU."""

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


@cache
def has_gpu():
    """Tell whether `nvidia-smi` lists a GPU."""
    if not shutil.which("nvidia-smi"):
        return False
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return "GPU" in listed.stdout
