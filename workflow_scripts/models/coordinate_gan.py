"""Fully linear GAN for the coordinates of a field's sources: pairs (x, y), -1 where a slot is empty."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from workflow_scripts.networks.dense import dense_network
from workflow_scripts.networks.trainable import Trainable, normal, refuse_condition
from workflow_scripts.settings.bases.models import CompactOptions, SmoothedLabelOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(CompactOptions, SmoothedLabelOptions):
    """Size and optimisation of the two networks."""

    width: int = option(256, "Width of the hidden layers.", ge=1)
    depth: int = option(3, "Number of hidden layers.", ge=1)
    penalty: float = option(
        1.0,
        "Weight of the discriminator's squared gradient on real vectors (R1); published: 0, positions circle.",
        ge=0,
    )


def build(options, shape, n_condition=0):
    """Return the model for vectors of a shape (k,)."""
    refuse_condition(n_condition, "coordinate_gan")
    return CoordinateGAN(options, shape)


class CoordinateGAN(Trainable):
    """A generator with tanh output and a discriminator, both of linear layers."""

    phases = ("discriminator", "generator")

    def __init__(self, options, shape):
        super().__init__()
        self.options = options
        hidden = [options.width] * options.depth
        self.generator = dense_network([options.latent, *hidden, shape[0]], normalise=True)
        self.discriminator = dense_network([shape[0], *hidden, 1])

    def sample(self, n, condition, generator):
        """Return n vectors, (n, k) in [-1, 1]."""
        weight = next(self.generator.parameters())
        return torch.tanh(self.generator(normal((n, self.options.latent), generator, weight)))

    def loss(self, batch, generator, phase):
        """Return the cross entropy of a network; logs the discriminator's mean output on real and generated vectors."""
        real = batch["x"]
        if phase == "generator":
            logits = self.discriminator(self.sample(len(real), None, generator))
            return cross_entropy(logits, torch.ones_like(logits)), {}
        with torch.no_grad():
            fake = self.sample(len(real), None, generator)
        real = real.requires_grad_(self.options.penalty > 0)
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        loss = cross_entropy(on_real, torch.full_like(on_real, self.options.label))
        if self.options.penalty:
            (gradient,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
            loss = loss + self.options.penalty / 2 * gradient.square().sum(dim=1).mean()
        logs = {"d_real": on_real.detach().sigmoid().mean(), "d_fake": on_fake.detach().sigmoid().mean()}
        return loss + cross_entropy(on_fake, torch.zeros_like(on_fake)), logs

    def trained_parameters(self, phase):
        """Return the parameters of one of the two networks."""
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        """Return Adam without momentum."""
        return torch.optim.Adam(self.trained_parameters(phase), lr=self.options.lr, betas=(0.0, 0.99))
