"""Rule train_stage: train one model on one kind of data."""

import logging
import math

import numpy as np
import torch

from workflow_scripts.formats.checkpoints import read_model, write_model
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.imaging.stretch import apply_stretch, fit_stretch, invert_stretch
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng, torch_seed
from workflow_scripts.settings import plugins
from workflow_scripts.training.conditions import angle_columns, apply_conditions, fit_conditions, n_conditions
from workflow_scripts.training.data import Batches, class_names, read_examples, read_scores
from workflow_scripts.training.devices import start_fabric
from workflow_scripts.training.loop import Training, train
from workflow_scripts.training.physics import physics_term
from workflow_scripts.training.resume import locked, state_key, to_arrays
from workflow_scripts.training.sampling import rebuild

N_VALID = 512  # examples that the validation distance is taken on, at most
N_EVALUATIONS = 4096  # of a network at each checkpoint: one that draws in many steps is looked at on fewer examples
N_LOOKED_AT = 64  # but on no fewer than these


def train_stage(*, train_data, valid_data, predictor, weights, about, history, samples, state, options, seed, code):
    """Train a stage, or go on with a training that was cut off.

    Parameters
    ----------
    train_data, valid_data : str
        Stacks with `image` or `vector`, the columns of `condition`, and `score` where the model tells one.
    predictor : list of str
        Weights of the stage that tells what generated images are, and the JSON beside them; empty without one.
    weights : str
        Safetensors written: the averaged weights.
    about : str
        JSON written beside: what the weights are.
    history : str
        CSV written: losses and the distance to unseen data at every checkpoint (of a model that does not generate, the
        mean absolute error).
    samples : str
        Stack written: `image (k, 16, y, x)` or `vector (k, 16, m)`, samples at every checkpoint, and `step (k,)`; of a
        model that does not generate `vector (k, n[, m])`, what it says of the unseen images.
    state : str
        Folder of the resume state.
    options : dict
        `stage` (its name), `model`, `options` (the model's), `condition` (columns it is asked for), `predictor`
        (a stage's name, or empty), `steps` and `checkpoint_every`, `counted_in` (`steps` or `epochs`: those two),
        `anneal` (let the learning rate fall to 0), `batch`, `ema_decay`, `augment`, `stretch`, `softening` (its,
        or None), `device`, `gpus`, `precision`, `torch_threads`.
    """
    fabric = start_fabric(options)
    examples, columns, attributes = read_examples(train_data, options["condition"])
    check_examples(examples, options, train_data)
    stretch = fit_stretch(examples, options["stretch"], options.get("softening"))
    conditions = fit_conditions(columns, class_names(options["condition"], attributes))
    asked = apply_conditions(columns, conditions) if conditions else None
    scaled = apply_stretch(examples, stretch)
    module = build_model(options, scaled, n_conditions(conditions), seed)
    module.physics = read_physics(predictor, stretch, conditions, fabric.device)
    scores, angles = scores_for(module, train_data), angle_columns(conditions)
    batches = Batches(scaled, asked, fabric.device, options["augment"], scores, angles)
    unseen = valid_examples(valid_data, stretch, conditions, seed, n_valid(module))
    valid = {name: one.to(fabric.device) for name, one in unseen.items()}
    generator = torch.Generator(fabric.device).manual_seed(torch_seed(seed, f"train_stage {options['stage']}"))
    machine = [fabric.device.type, torch.__version__]  # another one cannot take the state over
    key = state_key(code, [options, machine], seed, [train_data, valid_data, *predictor])
    with locked(state, fabric.is_global_zero) as folder:
        steps, checkpoint_every = schedule(options, len(examples))
        settings = {**options, "anneal": steps if options.get("anneal") else None}
        training = Training(fabric, module, batches, settings=settings, generator=generator, **valid)
        train(training, steps, checkpoint_every, folder, key)
        if fabric.is_global_zero:
            unit = attributes.get("unit") or ""
            with create_stack(samples, seed=seed, code=code, unit=unit) as writer:
                writer.append(step=[row["step"] for row in training.history], **show_samples(training, stretch))
            columns = ["step", *sorted(training.history[0].keys() - {"step"})]  # a resumed history has another order
            write_csv(history, training.history, columns)
            description = {
                "shape": list(examples.shape[1:]),
                "stretch": stretch,
                "condition": conditions,
                "evaluations": module.evaluations,
                "n_train": len(examples),
                "unit": unit,
            }
            described = {key: options[key] for key in ("stage", "model", "options", "steps")}
            tensors = to_arrays("", training.average.module.state_dict())
            write_model(weights, about, tensors, {**description, **described, "seed": seed, "code": code})


def schedule(options, n):
    """Return the steps of a training and those between checkpoints; an epoch sees as many examples as there are."""
    unit = 1 if options["counted_in"] == "steps" else math.ceil(n / options["batch"])
    return unit * options["steps"], unit * options["checkpoint_every"]


def read_physics(paths, stretch, conditions, device):
    """Return the physics term of a trained predictor; None without one."""
    if not paths:
        return None
    arrays, about = read_model(paths[0])
    predictor = rebuild(plugins.load("models", about["model"]), arrays, about, device)
    return physics_term(predictor, about, stretch, conditions)


def check_examples(examples, options, path):
    """Refuse data that nothing can be learnt from.

    Raises
    ------
    ValueError
        Where there is not a single batch, or a value is not finite.
    """
    logging.info("%d examples of shape %s", len(examples), examples.shape[1:])
    if len(examples) < 2:
        raise ValueError(f"{path}: {len(examples)} examples for stage {options['stage']}; at least 2 are needed")
    if not np.isfinite(examples).all():
        raise ValueError(f"{path}: some values are NaN or infinite")


def build_model(options, examples, n_condition, seed):
    """Return a fresh model that knows its data; its first weights depend on the seed and the stage's name alone."""
    model = plugins.load("models", options["model"])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(torch_seed(seed, f"weights {options['stage']}"))
        module = model.build(plugins.options_of(model, options["options"]), examples.shape[1:], n_condition)
    module.prepare(torch.from_numpy(examples))
    return module


def scores_for(module, path):
    """Return the scores that a model learns to tell; None for one that tells none.

    Raises
    ------
    ValueError
        Where the images have no scores.
    """
    if module.generates or module.target != "score":
        return None
    scores = read_scores(path)
    if scores is None:
        raise ValueError(f"{path}: no column 'score' for a model that tells scores: data: ladder has one")
    return scores


def n_valid(module):
    """Return how many examples a network is looked at on: looking shall cost less than training."""
    return max(N_LOOKED_AT, min(N_VALID, N_EVALUATIONS // module.evaluations))


def valid_examples(path, stretch, conditions, seed, n):
    """Return at most n unseen examples, drawn once: `valid`, `valid_score` and `valid_condition` if any."""
    examples, columns, _ = read_examples(path, [one["name"] for one in conditions])
    scores = read_scores(path)
    rows = np.sort(rng(seed, "valid_examples").permutation(len(examples))[:n])
    found = {"valid": apply_stretch(examples[rows], stretch)}
    if scores is not None:
        found["valid_score"] = scores[rows]
    if conditions:
        found["valid_condition"] = apply_conditions({name: one[rows] for name, one in columns.items()}, conditions)
    return {name: torch.from_numpy(one) for name, one in found.items()}


def show_samples(training, stretch):
    """Return the samples of every checkpoint as the columns of a stack, in the data's units."""
    if not training.plain.generates:
        return {"vector": torch.stack(training.shown).numpy()}
    shown = invert_stretch(torch.stack(training.shown).numpy(), stretch)
    if shown.ndim == 5:
        return {"image": shown[:, :, 0] if shown.shape[2] == 1 else np.moveaxis(shown, 2, -1)}
    return {"vector": shown}


if "snakemake" in globals():
    run_rule(train_stage, snakemake)
