"""Compare the weights of the best checkpoint with those of the last: `keep: best` against `keep: last` of a stage.

Small models of simulated galaxies: of their images at 16 px, or of vectors of their attributes. A checkpoint is chosen
on some held-out galaxies and judged on others, with samples and projections of its own: the distance that it was chosen
by would flatter it. Prints the ratio of the two distances (of a predictor: of the mean absolute errors), the mean over
the seeds and its standard error; below 1 the best checkpoint is better. `--seeds 4` says how many; names choose models.
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
ATTRIBUTES = ("flux", "half_light_radius", "axis_ratio", "theta")
VECTORS = ("coordinate_gan", "flow_matching")
MODELS = {  # options, condition, annealed, steps
    "coordinate_gan": ({"latent": 8, "width": 32, "depth": 2}, (), False, 2000),
    "flow_matching": ({"width": 32, "n_steps": 4, "lr": 2e-3}, ("class",), True, 1000),
    "physics_predictor": ({"width": 8}, ATTRIBUTES, False, 1500),
    "class_cnn": ({"width": 8, "layers": 2}, ("class",), False, 1500),
    "dcgan": ({"latent": 16, "width": 16, "label": 0.9}, (), False, 300),
    "wgan": ({"latent": 16, "width": 8, "critic_steps": 3, "lr": 1e-3}, (), False, 300),
}


def galaxies():
    """Return training, choosing and judging data: images, vectors from 0 to 1, and columns."""
    drawn = [simulated_galaxies.draw(item, DRAWN) for item in range(N_TRAIN + N_CHOICE + N_JUDGED)]
    images = np.stack([image for image, _ in drawn])
    columns = {name: np.array([row[name] for _, row in drawn]) for name in ATTRIBUTES}
    vectors = np.column_stack([np.log(columns["flux"]), *(columns[name] for name in ATTRIBUTES[1:])])
    vectors = (vectors - vectors.min(axis=0)) / np.ptp(vectors, axis=0)
    columns["class"] = np.array([simulated_galaxies.CLASSES.index(row["class"]) for _, row in drawn])
    ends = np.cumsum([0, N_TRAIN, N_CHOICE, N_JUDGED])
    return [
        (
            images[start:end],
            vectors[start:end].astype(np.float32),
            {name: values[start:end] for name, values in columns.items()},
        )
        for start, end in zip(ends, ends[1:], strict=False)
    ]


def distances(name, seed, parts):
    """Train a model; return the distances of its best and its last checkpoint from the data for judging."""
    options, condition, anneal, steps = MODELS[name]
    data = [
        StageData("galaxies", vectors if name in VECTORS else images, {key: known[key] for key in condition})
        for images, vectors, known in parts
    ]
    description = data[0].describe("linear" if name in VECTORS else "asinh_noise", model=name, options=options)
    module = build_module(description, seed)
    learnt, choice, judged = (one.encode(description, module.task) for one in data)
    module.prepare(torch.from_numpy(learnt.x))
    fabric = launched("cpu", 1, "32-true")
    augment = "none" if name in VECTORS else "dihedral"
    batches = Batches(learnt, fabric.device, augment, angle_columns(description.condition))
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
    parser.add_argument("models", nargs="*", default=list(MODELS))
    given = parser.parse_args()
    torch.set_num_threads(1)
    parts = galaxies()
    print(f"{given.seeds} seeds, {CHECKPOINTS} checkpoints")
    for name in given.models:
        found = np.array([distances(name, 100 * seed, parts) for seed in range(1, given.seeds + 1)])
        ratio = found[:, 0] / found[:, 1]
        error = ratio.std(ddof=1) / np.sqrt(len(ratio))
        last, chosen = found[:, 1].mean(), ", ".join(f"{value:.1f}" for value in found[:, 2])
        print(
            f"{name:18s} best / last {ratio.mean():.3f} +- {error:.3f}; last {last:.4f}; chosen at {chosen}", flush=True
        )


if __name__ == "__main__":
    main()
