"""Devices that networks run on: threads, GPUs, and the work of several of them."""

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments import LightningEnvironment

# Functions that torch may take from MKL.
ELEMENTWISE = [
    *("acos", "asin", "atan", "cos", "cosh", "erf", "erfc", "erfinv", "exp", "expm1", "log", "log10", "log1p", "log2"),
    *("rsqrt", "sin", "sinh", "sqrt", "tan", "tanh"),
]


def use_threads(n):
    """Let torch compute on n threads, with the same bits in every process.

    MKL chooses the implementation of each function in its first call. Where several threads make that call at once, one
    can get a less precise one, about once in a thousand starts (github.com/pytorch/pytorch/issues/188792). So a single
    thread calls each of them first.
    """
    torch.set_num_threads(n)
    for dtype in (torch.float32, torch.float64):
        one = torch.full((1,), 0.5, dtype=dtype)
        for name in ELEMENTWISE:
            getattr(torch, name)(one)


def find_device(name):
    """Return `cpu` or `cuda` for a device setting; `auto` takes a GPU where torch sees one.

    Raises
    ------
    ValueError
        If a GPU is requested and there is none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device: cuda, but torch sees no GPU here: set device: auto or cpu")
    return "cuda" if name != "cpu" and torch.cuda.is_available() else "cpu"


def start_fabric(options, gpus):
    """Return a launched Fabric for a stage's options: `gpus` processes where there are GPUs, one on the CPU."""
    use_threads(options.torch_threads)
    device = find_device(options.device)
    return launched(device, gpus if device == "cuda" else 1, options.precision)


def launched(device, devices, precision):
    """Return a launched Fabric. With several devices this process starts the others, and each runs the same script.

    `LightningEnvironment`: otherwise Fabric would take the tasks of a SLURM allocation for its processes.
    """
    strategy, plugins = "ddp" if devices > 1 else "auto", [LightningEnvironment()]
    fabric = Fabric(accelerator=device, devices=devices, strategy=strategy, precision=precision, plugins=plugins)
    fabric.launch()
    return fabric


def local_part(batch, fabric):
    """Return the part of a batch that this device works on; the parts of all devices are the whole batch.

    Raises
    ------
    ValueError
        If the batch cannot be divided evenly: the mean of the gradients would not be that of the batch.
    """
    n, devices = len(batch["x"]), fabric.world_size
    if n % devices:
        raise ValueError(f"batch: {n} examples cannot be divided among {devices} GPUs")
    rows = slice(n // devices * fabric.global_rank, n // devices * (fabric.global_rank + 1))
    return batch if devices == 1 else {name: values[rows] for name, values in batch.items()}


def loss_generator(generator, fabric):
    """Return the random generator of a loss: on several devices each has its own.

    It is seeded from a copy of the one that all share, which stays the same on all devices: checkpoints keep that one
    alone.
    """
    if fabric.world_size == 1:
        return generator
    copy = torch.Generator(generator.device)
    copy.set_state(generator.get_state())
    seed = int(torch.randint(2**62, (), generator=copy, device=generator.device))
    return torch.Generator(generator.device).manual_seed(seed + fabric.global_rank)


def average_gradients(parameters, fabric):
    """Replace the gradients of each device by their mean over the devices.

    DDP averages only where every weight has a gradient in every step; phases leave some out.
    """
    if fabric.world_size > 1:
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.grad = fabric.all_reduce(parameter.grad, reduce_op="mean")
