"""What every trainable model is: a module with phases, losses, samples and an optimiser per phase."""

import torch
from torch import nn


class Trainable(nn.Module):
    """Base of all models.

    Attributes
    ----------
    phases : tuple of str
        What one training step optimises in turn; a name may come several times, each time on a new batch.
    evaluations : int
        How often a network is run for one sample.
    generates : bool
        False: there is no `sample`, but `predict(x)` returns what batches hold as `target`.
    target : {"score", "condition"}
        What a network that does not generate tells: scores (n,), or what the images would be asked for, (n, k).
    largest_gradient : float or None
        Norm to which the gradient of each phase is cut back.
    physics : callable or None
        A trained predictor's objection, `training.physics.PhysicsTerm`, where the stage names a predictor.
    """

    phases = ("all",)
    evaluations = 1
    generates = True
    target = "score"
    largest_gradient = None
    physics = None

    def prepare(self, x):
        """Take from the training data (n, ...) what the model has to know of it, once, before the first step."""

    def loss(self, batch, generator, phase):
        """Return the loss of a phase and what to log.

        Parameters
        ----------
        batch : dict of str to tensor
            `x` (n, channel, y, x) or (n, k), in [-1, 1]; `condition` where the data has one.
        generator : torch.Generator
        phase : str

        Returns
        -------
        loss : scalar tensor
        logs : dict of str to scalar tensor
        """
        raise TypeError(f"{type(self).__name__} has no loss")

    def sample(self, n, condition, generator):
        """Return n samples, (n, channel, y, x) or (n, k), in the range that the network works in."""
        raise TypeError(f"{type(self).__name__} has no sample")

    def trained_in(self, phase):
        """Return the parameters that a phase optimises."""
        return list(self.parameters())

    def optimizer(self, phase):
        """Return the optimiser of a phase."""
        return torch.optim.Adam(self.trained_in(phase), lr=2e-4)

    def after_step(self, phase):
        """Do what has to follow an optimiser's step (clipping the weights of a critic, say)."""


def refuse_condition(n_condition, name):
    """Refuse a stage's `condition` for a model that takes none.

    Raises
    ------
    ValueError
        Naming the model.
    """
    if n_condition:
        raise ValueError(f"model {name} takes no condition: leave the stage's `condition` out, or choose another model")


def normal(shape, generator, like):
    """Draw standard normal numbers where the generator is; return them on the device and with the type of a tensor."""
    return torch.randn(shape, generator=generator, device=generator.device, dtype=like.dtype).to(like.device)
