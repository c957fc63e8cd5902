"""Rule train_stage: train one model on one kind of data."""

import math
from dataclasses import asdict

import numpy as np
import torch

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.networks.trainable import Task
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng, torch_seed
from workflow_scripts.settings.training import TrainStage
from workflow_scripts.training.conditions import angle_columns
from workflow_scripts.training.data import Batches, read_data
from workflow_scripts.training.description import write_stage
from workflow_scripts.training.devices import start_fabric
from workflow_scripts.training.loop import Schedule, Training, train
from workflow_scripts.training.monitor import monitor_for, n_valid
from workflow_scripts.training.physics import physics_loss
from workflow_scripts.training.resume import Checkpoints, locked, state_key
from workflow_scripts.training.stage import build_module, load_predictor


def train_stage(
    *, train_data, valid_data, predictor, weights, about, history, samples, state, options: TrainStage, seed, code
):
    """Train a stage, or resume an interrupted training.

    Parameters
    ----------
    train_data, valid_data : str
        Stacks with `image` or `vector`, the columns of `condition`, and `score` where the model is a scorer.
    predictor : list of str
        Weights of the trained predictor of the physics loss, and the JSON beside them; empty without one.
    weights : str
        Safetensors written: the averaged weights.
    about : str
        JSON written beside: the `StageDescription`.
    history : str
        CSV written: losses and validation distance at every checkpoint; of a predictor the mean absolute error.
    samples : str
        Stack written: `image (k, 16, y, x)` or `vector (k, 16, m)`, samples at every checkpoint, and `step (k,)`; of a
        predictor `vector (k, n[, m])`, its predictions for the held-out images.
    state : str
        Folder of the resume state.
    options : settings.training.TrainStage
    """
    fabric = start_fabric(options, options.gpus)
    data = read_data(train_data, options.condition)
    data.check()
    about_stage = {name: getattr(options, name) for name in ("stage", "model", "options", "steps", "keep")}
    description = data.describe(options.stretch, options.softening, **about_stage, seed=seed, code=code)
    module = build_module(description, torch_seed(seed, f"weights {options.stage}"))
    examples = data.encode(description, module.task)
    module.prepare(torch.from_numpy(examples.x))
    if predictor:
        module.physics = read_physics(predictor[0], description, fabric.device)
    held_out = read_held_out(valid_data, description, module, seed).to(fabric.device)
    batches = Batches(examples, fabric.device, options.augment, angle_columns(description.condition))
    training_seed = torch_seed(seed, f"train_stage {options.stage}")
    generator = torch.Generator(fabric.device).manual_seed(training_seed)
    training = Training(fabric, module, batches, schedule(options, len(examples)), generator)
    monitor = monitor_for(module, held_out, seed=training_seed, batch=options.batch, keep=options.keep)
    machine = [fabric.device.type, torch.__version__]  # another one cannot take the state over
    key = state_key(code, [asdict(options), machine], seed, [train_data, valid_data, *predictor])
    with locked(state, fabric.is_global_zero) as folder:
        train(training, monitor, Checkpoints(folder, key))
        if fabric.is_global_zero:
            write_samples(samples, monitor, module, description)
            columns = ["step", *sorted(monitor.history[0].keys() - {"step"})]  # a resumed history has another order
            write_csv(history, monitor.history, columns)
            write_stage(weights, about, monitor.weights(training), module, description)


def schedule(options, n):
    """Return the schedule of a training; an epoch is as many steps as draw as many examples as there are."""
    unit = 1 if options.counted_in == "steps" else math.ceil(n / options.batch)
    steps, checkpoint_every = unit * options.steps, unit * options.checkpoint_every
    return Schedule(options.batch, options.ema_decay, steps, checkpoint_every, options.anneal)


def read_physics(path, description, device):
    """Return the physics loss of a trained predictor for a stage."""
    return physics_loss(load_predictor(path, device, Task.PREDICT_ATTRIBUTES, Task.CLASSIFY), description)


def read_held_out(path, description, module, seed):
    """Return the held-out examples that a model is monitored on, drawn once."""
    data = read_data(path, description.condition_names)
    rows = np.sort(rng(seed, "valid_examples").permutation(len(data.x))[: n_valid(module)])
    return data.encode(description, module.task, rows)


def write_samples(path, monitor, module, description):
    """Write the samples of every checkpoint in the unit of the data, or the predictions."""
    outputs = torch.stack(monitor.outputs).numpy()
    generated = module.task == Task.GENERATE
    name = "image" if generated and len(description.shape) == 3 else "vector"
    values = description.decode_samples(outputs) if generated else outputs
    with create_stack(path, seed=description.seed, code=description.code, unit=description.unit) as writer:
        writer.append(step=[row["step"] for row in monitor.history], **{name: values})


if "snakemake" in globals():
    run_rule(train_stage, snakemake)
