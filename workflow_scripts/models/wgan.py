"""Wasserstein GAN for images: gradient penalty by default, clipped weights (as first published) as an option.

Arjovsky et al. 2017, Gulrajani et al. 2017.
"""

import torch

from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, init_dcgan
from workflow_scripts.networks.trainable import Trainable, normal, refuse_condition
from workflow_scripts.settings.bases.models import ConvolutionalOptions, LearningRate
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(ConvolutionalOptions):
    """Size and optimisation of the two networks."""

    lr: LearningRate = 1e-4
    penalty: float = option(10.0, "Weight of the gradient penalty; 0: clip the critic's weights and use RMSprop.", ge=0)
    clip: float = option(0.01, "Largest weight of the critic, where there is no penalty.", gt=0)
    critic_steps: int = option(5, "Steps of the critic before each of the generator.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    refuse_condition(n_condition, "wgan")
    return WGAN(options, shape)


class WGAN(Trainable):
    """A generator and a critic."""

    def __init__(self, options, shape):
        super().__init__()
        self.options = options
        self.phases = ("critic",) * options.critic_steps + ("generator",)
        self.generator = ConvolutionalGenerator(options.latent, shape, options.width).apply(init_dcgan)
        self.critic = ConvolutionalCritic(shape, options.width)

    def sample(self, n, condition, generator):
        """Return n images, (n, channel, y, x) in [-1, 1]."""
        weight = next(self.generator.parameters())
        return self.generator(normal((n, self.options.latent), generator, weight))

    def loss(self, batch, generator, phase):
        """Return the critic's or the generator's loss; logs the estimated Wasserstein distance."""
        real = batch["x"]
        if phase == "generator":
            return -self.critic(self.sample(len(real), None, generator)).mean(), {}
        with torch.no_grad():
            fake = self.sample(len(real), None, generator)
        distance = self.critic(real).mean() - self.critic(fake).mean()
        penalty = self.options.penalty * self.gradient_excess(real, fake, generator) if self.options.penalty else 0.0
        return penalty - distance, {"wasserstein": distance.detach()}

    def gradient_excess(self, real, fake, generator):
        """Return the mean of (|gradient| - 1)² of the critic at random points between real and generated images."""
        fraction = torch.rand((len(real), 1, 1, 1), generator=generator, device=real.device)
        between = (fraction * real + (1 - fraction) * fake).requires_grad_(True)
        (gradient,) = torch.autograd.grad(self.critic(between).sum(), between, create_graph=True)
        return ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()

    def trained_parameters(self, phase):
        """Return the parameters of one of the two networks."""
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        """Return Adam for the gradient penalty, RMSprop for clipped weights."""
        if self.options.penalty:
            return torch.optim.Adam(self.trained_parameters(phase), lr=self.options.lr, betas=(0.0, 0.9))
        return torch.optim.RMSprop(self.trained_parameters(phase), lr=self.options.lr)

    def after_step(self, phase):
        """Clip the critic's weights where there is no penalty."""
        if phase == "critic" and not self.options.penalty:
            with torch.no_grad():
                for weight in self.critic.parameters():
                    weight.clamp_(-self.options.clip, self.options.clip)
