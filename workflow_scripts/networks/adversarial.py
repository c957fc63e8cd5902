"""What adversarial models share: two networks in turn, and the cross entropy that they are trained with."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from workflow_scripts.networks.trainable import Trainable, normal


class Adversarial(Trainable):
    """A generator against a discriminator (Goodfellow et al. 2014, the loss that does not saturate).

    Subclasses set `generator`, `discriminator` and `latent`, and may override `draw` and `judge`.

    Parameters
    ----------
    lr : tuple of float
        Of the discriminator and of the generator.
    label, fake_label : float
        What the discriminator is told of a real and of a generated image; off 1 and 0 it stays humble.
    """

    phases = ("discriminator", "generator")

    def __init__(self, latent, lr, label=1.0, fake_label=0.0):
        super().__init__()
        self.latent, self.label, self.fake_label = latent, label, fake_label
        self.lr = dict(zip(self.phases, lr, strict=True))

    def draw(self, z, condition):
        """Turn latent vectors (n, latent) and conditions into what the discriminator sees."""
        return self.generator(z)

    def judge(self, x, condition):
        """Return one logit per example, (n,)."""
        return self.discriminator(x)

    def see(self, x):
        """Return real examples in the form in which the discriminator sees generated ones."""
        return x

    def latents(self, n, generator):
        """Return latent vectors (n, latent)."""
        return normal((n, self.latent), generator, next(self.generator.parameters()))

    def sample(self, n, condition, generator):
        """Return n samples, in the range that the network works in."""
        return self.draw(self.latents(n, generator), condition)

    def loss(self, batch, generator, phase):
        """Return the discriminator's or the generator's cross entropy; logs what the discriminator believes."""
        condition = batch.get("condition")
        z = self.latents(len(batch["x"]), generator)
        if phase == "generator":
            return self.generator_loss(self.draw(z, condition), condition)
        with torch.no_grad():
            fake = self.draw(z, condition)
        on_real, on_fake = self.judge(self.see(batch["x"]), condition), self.judge(fake, condition)
        loss = cross_entropy(on_real, torch.full_like(on_real, self.label))
        logs = {"d_real": on_real.detach().sigmoid().mean(), "d_fake": on_fake.detach().sigmoid().mean()}
        return loss + cross_entropy(on_fake, torch.full_like(on_fake, self.fake_label)), logs

    def generator_loss(self, fake, condition):
        """Return the generator's cross entropy and what to log."""
        logits = self.judge(fake, condition)
        return cross_entropy(logits, torch.ones_like(logits)), {}

    def trained_parameters(self, phase):
        """Return the parameters of one of the two networks."""
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        """Return Adam as DCGANs take it."""
        return torch.optim.Adam(self.trained_parameters(phase), lr=self.lr[phase], betas=(0.5, 0.999))


class WithMap(nn.Module):
    """A discriminator that sees its condition as one more channel.

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
