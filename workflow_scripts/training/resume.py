"""The state of an unfinished training: written at checkpoints, read by the job that resumes it.

The folder is no output of any rule, so Snakemake does not remove it when a job fails. A lock excludes an orphaned
process and its successor from each other; a key (code, options, seed, data) ties a state to its training. The last
state stays until Snakemake has seen the products complete (`clear_states` of rules/common.smk): where Snakemake was
killed and the training ended on its own, the products count as incomplete and are written again from the state.
"""

import hashlib
import json
import logging
import os
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from workflow_scripts.formats.atomic import read_json, write_json, write_text
from workflow_scripts.formats.checkpoints import read_tensors, write_tensors
from workflow_scripts.formats.locks import hold


def state_key(code, options, seed, files):
    """Return the hash of all that a training depends on; files are hashed by content."""
    digest = hashlib.sha256(json.dumps([code, options, seed], sort_keys=True).encode())
    for path in files:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@contextmanager
def locked(folder, holder=True):
    """Hold the lock of a state folder; of several processes of one training the first holds it for all.

    Raises
    ------
    ValueError
        If another process holds it (the message names that process), or the file system has no locks.
    """
    folder = Path(folder)
    if not holder:
        yield folder
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        hold(lock, lambda: f"{folder}: process {owner_of(folder)} is still training here: wait for it or stop it")
        write_text(folder / "owner", f"{os.getpid()} on {os.uname().nodename}")
        yield folder


def owner_of(folder):
    """Return which process holds the lock of a state folder."""
    return (folder / "owner").read_text() if (folder / "owner").exists() else "unknown"


class Checkpoints:
    """The checkpoints of one training in its state folder.

    Parameters
    ----------
    folder : Path
        Locked by the caller.
    key : str
        `state_key` of the training; a state of another key is ignored.
    """

    def __init__(self, folder, key):
        self.folder, self.key = Path(folder), key

    def save(self, training, monitor=None):
        """Write the state of a training and its monitor; of several processes the first one does."""
        if training.fabric.is_global_zero:
            arrays, history = (monitor.tensors(), monitor.history) if monitor else ({}, [])
            save_state(self.folder, self.key, training.step, training.tensors() | arrays, history)

    def restore(self, training, monitor=None):
        """Restore a training and its monitor from the last checkpoint; return whether there is one."""
        state = load_state(self.folder, self.key)
        if state is None:
            return False
        step, arrays, history = state
        training.restore(step, arrays)
        if monitor:
            monitor.restore(arrays, history)
        return True


def save_state(folder, key, step, tensors, history):
    """Write a checkpoint: first the tensors under a name of their own, then the JSON that points to them."""
    folder = Path(folder)
    write_tensors(folder / f"step_{step}.safetensors", tensors, wait=True)
    columns = list(history[0]) if history else []  # JSON sorts the keys of each row
    write_json(folder / "state.json", {"columns": columns, "history": history, "key": key, "step": step})
    for path in folder.glob("step_*.safetensors"):
        if path.name != f"step_{step}.safetensors":
            path.unlink()


def load_state(folder, key):
    """Return (step, tensors, history) of the last checkpoint, or None where there is none of this key to be read."""
    path = Path(folder) / "state.json"
    if not path.exists():
        return None
    try:
        state = read_json(path)
        if state["key"] != key:
            return None
        tensors = read_tensors(Path(folder) / f"step_{state['step']}.safetensors")
    except (ValueError, OSError) as error:
        logging.warning("the last checkpoint cannot be read, training starts afresh: %s", error)
        return None
    history = [{name: row[name] for name in state["columns"]} for row in state["history"]]
    return state["step"], tensors, history


def to_arrays(prefix, tensors):
    """Return tensors as named arrays."""
    return {f"{prefix}{name}": tensor.detach().cpu().numpy() for name, tensor in tensors.items()}


def to_tensors(prefix, arrays):
    """Return the named arrays with a prefix as tensors, the prefix taken off."""
    found = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    return {name: torch.from_numpy(np.array(array)) for name, array in found.items()}


def optimizer_tensors(optimizer):
    """Return an optimiser's state as tensors named `<parameter>.<quantity>`."""
    state = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": torch.as_tensor(value) for number, values in state.items() for name, value in values.items()
    }


def restore_optimizer(optimizer, tensors):
    """Load what `optimizer_tensors` returned into a fresh optimiser of the same settings."""
    state = {}
    for name, tensor in tensors.items():
        number, quantity = name.split(".", 1)
        state.setdefault(int(number), {})[quantity] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
