"""Where networks run."""

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments import LightningEnvironment


def find_device(name):
    """Return `cpu` or `cuda` for a device setting; `auto` takes a GPU where torch sees one.

    Raises
    ------
    ValueError
        Where a GPU is asked for and there is none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device: cuda is asked for, but torch sees no GPU here: set device: auto or cpu")
    return "cuda" if name != "cpu" and torch.cuda.is_available() else "cpu"


def start_fabric(options):
    """Return a launched Fabric for a stage's options.

    `LightningEnvironment`: Fabric would take a SLURM allocation for processes of its own otherwise.
    """
    torch.set_num_threads(options["torch_threads"])
    device = find_device(options["device"])
    devices = options["gpus"] if device == "cuda" else 1
    fabric = Fabric(
        accelerator=device, devices=devices, precision=options["precision"], plugins=[LightningEnvironment()]
    )
    fabric.launch()
    return fabric
