"""The base of every trainable model: phases, losses, an optimiser per phase, and a task."""

from enum import StrEnum

import torch
from torch import nn


class Task(StrEnum):
    """Task of a model, which its plugin declares."""

    GENERATE = "generate"  # `sample` draws images or vectors
    CLASSIFY = "classify"  # `predict` gives the probability of each class of the condition, (n, k)
    PREDICT_ATTRIBUTES = "predict_attributes"  # `predict` estimates the columns of the condition, (n, k)
    PREDICT_SCORE = "predict_score"  # `predict` estimates one score per image, (n,)


class Trainable(nn.Module):
    """Base of all models.

    Attributes
    ----------
    task : Task
        That of the declaration, set by `training.stage.build_module`; a generator has `sample`, all others `predict`.
    phases : tuple of str
        Phases of one training step, in this order; a name may occur several times, each time with a new batch.
    evaluations : int
        Forward passes of a network per sample.
    guidance : float or None
        Scale of classifier-free guidance (Ho and Salimans 2022), 1 for none; None where the model has no such guidance.
    max_gradient_norm : float or None
        Norm to which the gradient of each phase is clipped.
    physics : callable or None
        Physics loss by a trained predictor, `training.physics.PhysicsLoss`, where the stage names a predictor.
    """

    task = None
    phases = ("all",)
    evaluations = 1
    guidance = None
    max_gradient_norm = None
    physics = None

    def prepare(self, x):
        """Store statistics of the training data (n, ...) before the first step."""

    def loss(self, batch, generator, phase):
        """Return the loss of a phase and the quantities to log.

        Parameters
        ----------
        batch : dict of str to tensor
            `x` (n, channel, y, x) or (n, k), in [-1, 1]; `condition` (n, k) where the stage is conditioned, `score`
            (n,) where the task is to predict it.
        generator : torch.Generator
        phase : str

        Returns
        -------
        loss : scalar tensor
        logs : dict of str to scalar tensor
        """
        raise TypeError(f"{type(self).__name__} has no loss")

    def sample(self, n, condition, generator):
        """Return n samples, (n, channel, y, x) or (n, k), in the network's range."""
        raise TypeError(f"{type(self).__name__} has no sample")

    def predict(self, x):
        """Return the prediction for images (n, channel, y, x) in the network's range, (n,) or (n, k)."""
        raise TypeError(f"{type(self).__name__} has no predict")

    def trained_parameters(self, phase):
        """Return the parameters that a phase optimises."""
        return list(self.parameters())

    def optimizer(self, phase):
        """Return the optimiser of a phase."""
        return torch.optim.Adam(self.trained_parameters(phase), lr=2e-4)

    def after_step(self, phase):
        """Run after a step of the optimiser, for example to clip the weights of a critic."""


def refuse_condition(n_condition, name):
    """Refuse a stage's `condition` for an unconditional model.

    Raises
    ------
    ValueError
        Naming the model.
    """
    if n_condition:
        raise ValueError(f"model {name} takes no condition: leave the stage's `condition` out, or choose another model")


def normal(shape, generator, like):
    """Draw standard normal numbers on the generator's device; return them with the device and type of a tensor."""
    return torch.randn(shape, generator=generator, device=generator.device, dtype=like.dtype).to(like.device)
