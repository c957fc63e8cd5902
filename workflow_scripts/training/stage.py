"""Trained stages as objects: `load_stage` reads weights and returns a generator or a predictor."""

from typing import Protocol, runtime_checkable

import torch

from workflow_scripts.networks.trainable import Task
from workflow_scripts.settings import plugins
from workflow_scripts.training.description import StageDescription, read_stage
from workflow_scripts.training.prediction import TrainedPredictor
from workflow_scripts.training.resume import to_tensors
from workflow_scripts.training.sampling import TrainedGenerator


@runtime_checkable
class Generator(Protocol):
    """Draws samples in the unit of its training data.

    Attributes
    ----------
    description : StageDescription
    evaluations : int
        Forward passes of the network for all samples requested so far.
    """

    description: StageDescription
    evaluations: int

    def __call__(self, n, rng, condition=None):
        """Return n samples, (n, y, x[, band]) or (n, k) float32.

        `rng` is a numpy generator; `condition` is a dict of str to (n,) array in physical units.
        """


@runtime_checkable
class Predictor(Protocol):
    """Estimates attributes, class probabilities or a score from images.

    Attributes
    ----------
    description : StageDescription
    """

    description: StageDescription

    def predict(self, images):
        """Return the prediction for images (n, y, x[, band]) in the data's unit: (n, k), of a scorer (n,)."""


@runtime_checkable
class ImageToImage(Protocol):
    """Maps images to images, such as an enlargement.

    Attributes
    ----------
    description : StageDescription
    """

    description: StageDescription

    def transform(self, images, rng):
        """Return an image for each of images (n, y, x[, band]), in the same unit."""


def load_stage(path, device):
    """Load a trained stage.

    Parameters
    ----------
    path : str
        Its weights; the description lies beside them.
    device : {"cpu", "cuda"}

    Returns
    -------
    stage : Generator or Predictor
        By the task of its model.

    Raises
    ------
    ValueError
        If the files cannot be read or the weights do not fit the model.
    """
    module, description = load_module(path, device)
    if module.task == Task.GENERATE:
        return TrainedGenerator(module, description)
    return TrainedPredictor(module, description)


def load_generator(path, device):
    """Load a trained stage that has to be a generator.

    Raises
    ------
    ValueError
        If it is none.
    """
    return require(load_stage(path, device), Task.GENERATE)


def load_predictor(path, device, *tasks):
    """Load a trained stage that has to be a predictor of one of the given tasks.

    Raises
    ------
    ValueError
        If its task is none of them.
    """
    return require(load_stage(path, device), *tasks)


def require(stage, *tasks):
    """Return a trained stage; refuse one of another task than the given ones."""
    task, description = stage.module.task, stage.description
    if task not in tasks:
        raise ValueError(
            f"stage {description.stage}: the task of model {description.model} is {task}, not {' or '.join(tasks)}: "
            "name another stage"
        )
    return stage


def load_module(path, device):
    """Return a trained network in evaluation mode on a device, and its description."""
    tensors, description = read_stage(path)
    module = build_module(description)
    try:
        module.load_state_dict(to_tensors("", tensors))
    except RuntimeError:
        raise ValueError(f"{path}: the weights do not fit model {description.model}: train the stage again") from None
    return module.to(device).eval(), description


def build_module(description, seed=None):
    """Return the untrained network of a description, with the task that its model declares.

    Parameters
    ----------
    description : StageDescription
    seed : int or None
        Of the initial weights; torch's global generator is restored. None where weights are loaded afterwards.
    """
    model = plugins.load("models", description.model)
    with torch.random.fork_rng(devices=[]):
        if seed is not None:
            torch.manual_seed(seed)
        module = model.build(model.Options(**description.options), description.shape, description.n_condition)
    module.task = Task(model.DECLARATION.task)
    return module
