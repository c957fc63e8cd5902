"""Time a training step and a sample of every model that generates, at 32 px, with the options of config.yaml.

One thread unless OMP_NUM_THREADS says more. Prints milliseconds per step of a batch of 64, per sample of a batch and of
one sample alone, and the first two over those of the published generator of patches (a DCGAN of width 64) in the same
run. Names of models on the command line choose among them. The last lines are the published GAN of galaxies at its
published size, 64 px in three bands, and R3GAN beside it.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from workflow_scripts.networks.trainable import Task
from workflow_scripts.settings import plugins
from workflow_scripts.settings.yaml_files import read_settings
from workflow_scripts.training.data import Batches, Examples
from workflow_scripts.training.devices import launched
from workflow_scripts.training.loop import Schedule, Training

SIDE, BATCH, N_STEPS, N_SAMPLES = 32, 64, 5, 256
GALAXIES = [  # model, options, at 64 px in three bands conditioned on eight numbers
    ("physics_gan", {}),
    ("r3gan", {"width": 16}),
]
SHAPES = {"coordinate_gan": (50,), "position_gan": (1, 8, 8), "class_gan": (1, 8, 8)}
PUBLISHED = ("published dcgan", "dcgan", {"width": 64}, 0, (1, SIDE, SIDE))


def cases():
    """Return name, model, options and number of conditions: the published one, and a stage of each model."""
    found, stages = {}, read_settings(ROOT / "config.yaml")["stages"]
    for name, stage in stages.items():
        columns, model = len(stage.get("condition", [])), stage["model"]
        found.setdefault(model, (name, model, stage.get("options", {}), 5 if columns > 1 else 4 * columns))
    for name in ("edm", "flow_matching", "r3gan"):
        found.setdefault(name, (name, name, {"width": 16}, 5))
    here = [(*one, SHAPES.get(one[1], (1, SIDE, SIDE))) for one in found.values() if not one[1].startswith("score_")]
    return [PUBLISHED, *here, *(("published size", name, options, 8, (3, 64, 64)) for name, options in GALAXIES)]


def build(name, options, n_condition, shape):
    """Return a fresh model and a training of it on random images."""
    model = plugins.load("models", name)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (4 * BATCH, *shape)).astype(np.float32)
    x = (x > 0.7).astype(np.float32) if name == "position_gan" else x
    module = model.build(plugins.options_of(model, options), shape, n_condition)
    module.prepare(torch.from_numpy(x))
    condition = np.ones((len(x), n_condition), np.float32) if n_condition else None
    fabric = launched("cpu", 1, "32-true")
    batches = Batches(Examples(x, condition), fabric.device, "none")
    schedule = Schedule(batch=BATCH, ema_decay=0.99, steps=N_STEPS, checkpoint_every=N_STEPS)
    return Training(fabric, module, batches, schedule, torch.Generator().manual_seed(0))


def milliseconds(function, n):
    """Return the least time of a call in milliseconds, of n, after one that warms up."""
    function()
    taken = []
    for _ in range(n):
        start = time.perf_counter()
        function()
        taken.append(1e3 * (time.perf_counter() - start))
    return min(taken)


def measure(name, options, n_condition, shape):
    """Return milliseconds per training step, per sample of a batch and for one alone; a predictor has no samples."""
    training = build(name, options, n_condition, shape)
    step = milliseconds(training.advance, N_STEPS)
    condition, module = torch.ones((BATCH, n_condition)) if n_condition else None, training.average.module
    if plugins.declaration("models", name).task != Task.GENERATE:
        return step, float("nan"), float("nan")

    @torch.no_grad()
    def sample(n):
        return module.sample(n, None if condition is None else condition[:n], torch.Generator().manual_seed(0))

    repeats = 2 if module.evaluations > 1 else N_STEPS
    many = milliseconds(lambda: [sample(BATCH) for _ in range(N_SAMPLES // BATCH)], repeats) / N_SAMPLES
    return step, many, milliseconds(lambda: sample(1), repeats)


def main(chosen):
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    print(f"{torch.get_num_threads()} thread(s); a step is one of a batch of {BATCH} and holds all its phases")
    heads = ("ms per step", "ratio", "ms per sample", "ratio", "ms alone")
    print(f"{'stage':20s} {'model':22s} {heads[0]:>12s} {heads[1]:>7s} {heads[2]:>14s} {heads[3]:>7s} {heads[4]:>9s}")
    first = None
    for name, model, options, n_condition, shape in cases():
        if chosen and first and model not in chosen:
            continue
        step, sample, alone = measure(model, options, n_condition, shape)
        first = first or (step, sample)
        ratios = step / first[0], sample / first[1]
        print(
            f"{name:20s} {model:22s} {step:12.1f} {ratios[0]:7.2f} {sample:14.3f} {ratios[1]:7.2f} {alone:9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
