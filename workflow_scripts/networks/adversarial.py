"""The base of adversarial models: two networks trained in turn, with cross entropy."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from workflow_scripts.networks.trainable import Trainable, normal


class Adversarial(Trainable):
    """A generator against a discriminator (Goodfellow et al. 2014, non-saturating loss).

    Subclasses set `generator`, `discriminator` and `latent`, and may override `generate`, `discriminate` and
    `as_generated`.

    Parameters
    ----------
    lr : tuple of float
        Learning rates of the discriminator and of the generator.
    label, fake_label : float
        The discriminator's targets for real and for generated images; off 1 and 0 the labels are smoothed.
    """

    phases = ("discriminator", "generator")

    def __init__(self, latent, lr, label=1.0, fake_label=0.0):
        super().__init__()
        self.latent, self.label, self.fake_label = latent, label, fake_label
        self.lr = dict(zip(self.phases, lr, strict=True))

    def generate(self, z, condition):
        """Return examples, as the discriminator takes them, for latent vectors (n, latent) and conditions (n, k)."""
        return self.generator(z)

    def discriminate(self, x, condition):
        """Return one logit per example, (n,)."""
        return self.discriminator(x)

    def as_generated(self, x):
        """Return real examples in the form of generated ones, as the discriminator takes both."""
        return x

    def latents(self, n, generator):
        """Return latent vectors (n, latent)."""
        return normal((n, self.latent), generator, next(self.generator.parameters()))

    def sample(self, n, condition, generator):
        """Return n samples, in the network's range."""
        return self.generate(self.latents(n, generator), condition)

    def loss(self, batch, generator, phase):
        """Return the cross entropy of a network; logs the discriminator's mean output for real and generated images."""
        condition = batch.get("condition")
        z = self.latents(len(batch["x"]), generator)
        if phase == "generator":
            return self.generator_loss(self.generate(z, condition), condition)
        with torch.no_grad():
            fake = self.generate(z, condition)
        on_real, on_fake = (
            self.discriminate(self.as_generated(batch["x"]), condition),
            self.discriminate(fake, condition),
        )
        loss = cross_entropy(on_real, torch.full_like(on_real, self.label))
        logs = {"d_real": on_real.detach().sigmoid().mean(), "d_fake": on_fake.detach().sigmoid().mean()}
        return loss + cross_entropy(on_fake, torch.full_like(on_fake, self.fake_label)), logs

    def generator_loss(self, fake, condition):
        """Return the generator's cross entropy and what to log."""
        logits = self.discriminate(fake, condition)
        return cross_entropy(logits, torch.ones_like(logits)), {}

    def trained_parameters(self, phase):
        """Return the parameters of one of the two networks."""
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        """Return Adam with the settings of DCGANs."""
        return torch.optim.Adam(self.trained_parameters(phase), lr=self.lr[phase], betas=(0.5, 0.999))


class ConditionMapDiscriminator(nn.Module):
    """A discriminator whose condition is one more channel of its input.

    Parameters
    ----------
    embedding : nn.Module
        From conditions (n, k) to maps (n, y x).
    network : nn.Module
    """

    def __init__(self, embedding, network):
        super().__init__()
        self.embedding, self.network = embedding, network

    def forward(self, x, condition):
        """Return one number per image, (n,)."""
        plane = self.embedding(condition).view(len(x), 1, *x.shape[2:])
        return self.network(torch.cat([x, plane], dim=1))
