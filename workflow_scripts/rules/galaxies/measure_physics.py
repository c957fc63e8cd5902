"""Rule measure_physics: the published physics loss of generated galaxies, and that of a constant prediction."""

import logging

import numpy as np

from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.networks.trainable import Task
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.galaxies import ClassifyStamps
from workflow_scripts.training.conditions import ranges
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.stage import load_predictor

BLOCK = 512  # images in memory at a time
COLUMNS = ("model", "physics_loss", "constant_guess", "n")


def measure_physics(*, test, stamps, weights, about, physics, options: ClassifyStamps, code):
    """Predict the attributes of galaxies and compare them with the requested ones.

    The published models are trained on the predictor's loss, so a low value is no evidence of attribute recovery.

    Parameters
    ----------
    test : str
        Stack of held-out real galaxies, for the error of the predictor.
    stamps : list of str
        Outputs of `generate_stamps`, a stack per generator.
    weights, about : str
        The trained predictor.
    physics : str
        CSV written, `model, physics_loss, constant_guess, n`: the mean squared error over the attributes, each
        scaled to its range in the training data; and that of a constant, their mean.
    options : settings.galaxies.ClassifyStamps
    """
    use_threads(options.torch_threads)
    device = find_device(options.device)
    predictor = load_predictor(weights, device, Task.PREDICT_ATTRIBUTES, Task.CLASSIFY)
    description = predictor.description
    scale = ranges(description.condition)
    rows = []
    for name, path in {"real": test, **by_folder(stamps, options.generators)}.items():
        with open_stack(path) as stack:
            known = read_known(stack, description.condition_names, path)
            predicted = [predictor.predict(block) for block in stack.blocks("image", BLOCK)]
        requested = description.encode_condition(known) / scale
        residual = np.concatenate(predicted) / scale - requested
        loss, guess = float(np.square(residual).mean()), float(np.square(requested).mean())
        rows.append({"model": name, "physics_loss": loss, "constant_guess": guess, "n": len(requested)})
        logging.info("%s: physics loss %.4f, of a constant guess %.4f, %d galaxies", *rows[-1].values())
    write_csv(physics, rows, COLUMNS)


def read_known(stack, names, path):
    """Return the columns of the attributes that the predictor predicts.

    Raises
    ------
    ValueError
        If columns are missing; the message lists them.
    """
    missing = [name for name in names if name not in stack]
    if missing:
        raise ValueError(f"{path}: no column {', '.join(missing)}, which the predictor predicts")
    return {name: stack[name][:] for name in names}


if "snakemake" in globals():
    run_rule(measure_physics, snakemake)
