"""R3GAN (Huang et al. 2024): a relativistic GAN with gradient penalties on both sides, and no normalisation."""

import torch
from torch.nn.functional import softplus

from workflow_scripts.networks.residual import ResidualCritic, ResidualGenerator
from workflow_scripts.networks.trainable import Trainable, normal
from workflow_scripts.settings.bases.models import CentringOptions, CompactOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(CompactOptions, CentringOptions):
    """Size and optimisation."""

    width: int = option(16, "Channels of the largest map of both networks.", ge=8, multiple_of=8)
    gamma: float = option(0.5, "Weight of the gradient penalties; about 0.5 at 32 pixels, 2 at 64.", ge=0)
    warm_up: int = option(1000, "Steps in which Adam's second decay goes from 0.9 to 0.99.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) and conditions (n_condition,)."""
    return R3GAN(options, shape, n_condition)


class R3GAN(Trainable):
    """A relativistic pairing GAN: the critic compares generated images with real ones."""

    phases = ("critic", "generator")

    def __init__(self, options, shape, n_condition):
        super().__init__()
        self.options = options
        layout = n_condition, shape, options.width, options.centred, options.patch
        self.generator, self.critic = ResidualGenerator(options.latent, *layout), ResidualCritic(*layout)
        self.register_buffer("n_steps", torch.zeros((), dtype=torch.long))
        self.schedules = {}

    def sample(self, n, condition, generator):
        """Return n images, (n, channel, y, x)."""
        weight = next(self.generator.parameters())
        return self.generator(normal((n, self.options.latent), generator, weight), condition)

    def loss(self, batch, generator, phase):
        """Return the relativistic loss, of the critic with the gradient penalties R1 and R2."""
        self.follow_schedule(phase)
        real, condition = batch["x"], batch.get("condition")
        if phase == "generator":
            fake = self.sample(len(real), condition, generator)
            with torch.no_grad():
                on_real = self.critic(real, condition)
            return softplus(on_real - self.critic(fake, condition)).mean(), {}
        with torch.no_grad():
            fake = self.sample(len(real), condition, generator)
        real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
        on_real, on_fake = self.critic(real, condition), self.critic(fake, condition)
        penalty = squared_gradient(on_real, real) + squared_gradient(on_fake, fake)
        loss = softplus(on_fake - on_real).mean() + self.options.gamma / 2 * penalty
        return loss, {"penalty": penalty.detach(), "margin": (on_real - on_fake).detach().mean()}

    def trained_parameters(self, phase):
        """Return the parameters of one of the two networks."""
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        """Return Adam without momentum."""
        optimizer = torch.optim.Adam(self.trained_parameters(phase), lr=self.options.lr, betas=(0.0, 0.9))
        self.schedules[phase] = optimizer
        return optimizer

    def follow_schedule(self, phase):
        """Set Adam's second decay before a step; the number of steps done is in the state dict."""
        done = min(1.0, int(self.n_steps) / self.options.warm_up)
        for group in self.schedules[phase].param_groups if phase in self.schedules else ():
            group["betas"] = (0.0, 0.9 + 0.09 * done)

    def after_step(self, phase):
        """Count the generator's steps."""
        if phase == "generator":
            self.n_steps += 1


def squared_gradient(numbers, x):
    """Return the mean squared gradient of numbers (n,) with respect to images."""
    (gradient,) = torch.autograd.grad(numbers.sum(), x, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1).mean()
