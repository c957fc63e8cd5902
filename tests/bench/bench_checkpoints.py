"""Compare the weights of the best checkpoint with those of the last: `keep: best` against `keep: last` of a stage.

Small models of simulated galaxies of 16 px. A checkpoint is chosen on one half of the held-out galaxies and judged on
the other, with samples and projections of its own: the distance on which it was chosen would flatter it. Prints the
ratio of the two distances (of a predictor: of the mean absolute errors), the mean over the seeds and its standard
error; below 1 the best checkpoint is better. `--seeds 4 --steps 400` say how much; names of models choose among them.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from workflow_scripts.datasets import simulated_galaxies
from workflow_scripts.networks.trainable import Task
from workflow_scripts.training.conditions import angle_columns
from workflow_scripts.training.data import Batches, StageData
from workflow_scripts.training.devices import launched
from workflow_scripts.training.loop import Schedule, Training, train
from workflow_scripts.training.monitor import GeneratorMonitor, PredictorMonitor
from workflow_scripts.training.stage import build_module

N_TRAIN, N_CHOICE, N_JUDGED = 1200, 400, 800
CHECKPOINTS = 10
DRAWN = simulated_galaxies.Options(size=16, psf_fwhm=2.0, radius_low=1.5, radius_high=5.0, snr_low=30.0)
ASKED = ("class", "flux", "half_light_radius", "axis_ratio", "theta")
MODELS = {  # options, condition, annealed
    "wgan": ({"latent": 16, "width": 8, "critic_steps": 3, "lr": 1e-3}, (), False),
    "dcgan": ({"latent": 16, "width": 16, "label": 0.9}, (), False),
    "vae": ({"latent": 16, "width": 8}, (), False),
    "physics_gan": ({"latent": 16, "width": 16}, ASKED, False),
    "r3gan": ({"latent": 16, "width": 8, "lr": 1e-3, "warm_up": 100}, ASKED, True),
    "flow_matching": ({"width": 8, "n_steps": 4, "lr": 2e-3}, ASKED, True),
    "class_cnn": ({"width": 8, "layers": 2}, ("class",), False),
    "physics_predictor": ({"width": 8}, ASKED[1:], False),
}


def galaxies():
    """Return training, choosing and judging data: images and columns."""
    drawn = [simulated_galaxies.draw(item, DRAWN) for item in range(N_TRAIN + N_CHOICE + N_JUDGED)]
    images = np.stack([image for image, _ in drawn])
    columns = {name: np.array([row[name] for _, row in drawn]) for name in ASKED[1:]}
    columns["class"] = np.array([simulated_galaxies.CLASSES.index(row["class"]) for _, row in drawn])
    ends = np.cumsum([0, N_TRAIN, N_CHOICE, N_JUDGED])
    return [
        (images[start:end], {name: values[start:end] for name, values in columns.items()})
        for start, end in zip(ends, ends[1:], strict=False)
    ]


def distances(name, seed, steps, parts):
    """Train a model; return the distances of its best and its last checkpoint from the data for judging."""
    options, asked, anneal = MODELS[name]
    data = [StageData("galaxies", images, {key: known[key] for key in asked}) for images, known in parts]
    description = data[0].describe("asinh_noise", model=name, options=options)
    module = build_module(description, seed)
    learnt, choice, judged = (one.encode(description, module.task) for one in data)
    module.prepare(torch.from_numpy(learnt.x))
    fabric = launched("cpu", 1, "32-true")
    batches = Batches(learnt, fabric.device, "dihedral", angle_columns(description.condition))
    schedule = Schedule(32, 0.98, steps, steps // CHECKPOINTS, anneal)
    training = Training(fabric, module, batches, schedule, torch.Generator().manual_seed(seed))
    monitor, judge = (monitor_of(module, one.to(fabric.device), seed + k) for k, one in enumerate((choice, judged)))
    train(training, monitor)
    with torch.no_grad():
        last, *_ = judge.evaluate(training.average.module, 0, {})
        training.average.module.load_state_dict(monitor.best)
        best, *_ = judge.evaluate(training.average.module, 0, {})
    chosen = min(monitor.history, key=lambda row: row["valid_distance"])["step"]
    return best, last, chosen / steps


def monitor_of(module, held_out, seed):
    """Return the monitor of a model that keeps the best weights."""
    if module.task == Task.GENERATE:
        return GeneratorMonitor(held_out, seed, "best")
    return PredictorMonitor(held_out, 64, "best")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("models", nargs="*", default=list(MODELS))
    given = parser.parse_args()
    torch.set_num_threads(1)
    parts = galaxies()
    print(f"{given.seeds} seeds, {given.steps} steps, {CHECKPOINTS} checkpoints")
    for name in given.models:
        found = np.array([distances(name, 100 * seed, given.steps, parts) for seed in range(1, given.seeds + 1)])
        ratio = found[:, 0] / found[:, 1]
        error = ratio.std(ddof=1) / np.sqrt(len(ratio))
        last, chosen = found[:, 1].mean(), ", ".join(f"{value:.1f}" for value in found[:, 2])
        print(
            f"{name:18s} best / last {ratio.mean():.3f} +- {error:.3f}; last {last:.4f}; chosen at {chosen}", flush=True
        )


if __name__ == "__main__":
    main()
