"""Rule measure_physics: the published physics loss of generated galaxies, beside that of a constant guess."""

import logging

import numpy as np

from workflow_scripts.formats.checkpoints import read_model
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.imaging.stretch import apply_stretch
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings import plugins
from workflow_scripts.training.conditions import apply_conditions, ranges
from workflow_scripts.training.data import as_channels
from workflow_scripts.training.devices import find_device, use_threads
from workflow_scripts.training.sampling import predictions, rebuild

BLOCK = 512  # images in memory at a time
COLUMNS = ("model", "physics_loss", "constant_guess", "n")


def measure_physics(*, test, stamps, weights, about, physics, options, code):
    """Predict the attributes of galaxies and compare them with the requested ones.

    The published models are trained on the predictor's loss, so that a low value is no evidence of attribute recovery.

    Parameters
    ----------
    test : str
        Stack of held-out real galaxies: the error of the predictor itself.
    stamps : list of str
        What `generate_stamps` wrote, a stack per generator.
    weights, about : str
        The trained predictor.
    physics : str
        CSV written, `model, physics_loss, constant_guess, n`: the mean squared error over the attributes, each on a
        scale of 1 from the lowest value of the training data to the highest; and that of the constant mean.
    options : dict
        `generators`: names of the stages; `device`, `torch_threads`.
    """
    use_threads(options["torch_threads"])
    arrays, described = read_model(weights)
    module = rebuild(plugins.load("models", described["model"]), arrays, described, find_device(options["device"]))
    targets, scale = described["condition"], ranges(described["condition"])
    rows = []
    for name, path in zip(["real", *options["generators"]], [test, *stamps], strict=True):
        with open_stack(path) as stack:
            known = read_known(stack, [one["name"] for one in targets], path)
            blocks = stack.blocks("image", BLOCK)
            predicted = [
                predictions(module, apply_stretch(as_channels(block), described["stretch"])) for block in blocks
            ]
        requested = apply_conditions(known, targets) / scale
        residual = np.concatenate(predicted) / scale - requested
        loss, guess = float(np.square(residual).mean()), float(np.square(requested).mean())
        rows.append({"model": name, "physics_loss": loss, "constant_guess": guess, "n": len(requested)})
        logging.info("%s: physics loss %.4f, of a constant guess %.4f, %d galaxies", *rows[-1].values())
    write_csv(physics, rows, COLUMNS)


def read_known(stack, names, path):
    """Return the columns that the predictor predicts.

    Raises
    ------
    ValueError
        Naming those that are missing.
    """
    missing = [name for name in names if name not in stack]
    if missing:
        raise ValueError(f"{path}: no column {', '.join(missing)}, which the predictor predicts")
    return {name: stack[name][:] for name in names}


if "snakemake" in globals():
    run_rule(measure_physics, snakemake)
