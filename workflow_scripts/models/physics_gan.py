"""The published physics-aware GAN: conditioned on class and attributes, with a physics loss by a predictor."""

import torch

from workflow_scripts.networks.adversarial import Adversarial
from workflow_scripts.networks.convolutional import (
    ConvolutionalCritic,
    ConvolutionalGenerator,
    init_dcgan,
    n_doublings,
)
from workflow_scripts.settings.bases.models import (
    ConvolutionalOptions,
    LearningRate,
    PhysicsOptions,
    SmoothedLabelOptions,
)
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate", uses_predictor=True)


class Options(ConvolutionalOptions, SmoothedLabelOptions, PhysicsOptions):
    """Size and optimisation of the two networks, as published."""

    lr: LearningRate = 1.5e-4
    fake_label: float = option(0.1, "Label of generated samples.", ge=0, lt=0.5)
    largest_gradient: float = option(1.0, "Norm to which gradients are clipped.", gt=0)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) and conditions (n_condition,).

    Raises
    ------
    ValueError
        If there is no condition.
    """
    if not n_condition:
        raise ValueError("model physics_gan needs a condition: class and half_light_radius, say")
    return PhysicsGAN(options, shape, n_condition)


class PhysicsGAN(Adversarial):
    """A DCGAN whose generator takes the condition beside the latent vector, and its discriminator as constant maps.

    ASSUME: the publication gives the width of the first map alone; with these, at 64 px and a condition of length
    eight, the generator has its 2.5 million parameters and the discriminator 1.7 of its 1.8.
    """

    def __init__(self, options, shape, n_condition):
        super().__init__(options.latent, (options.lr, options.lr), options.label, options.fake_label)
        self.physics_weight, self.max_gradient_norm = options.physics_weight, options.largest_gradient
        n = n_doublings(shape[1])
        falling, rising = ([4] * n + [3, 1])[-n:], ([1, 2] + [4] * n)[:n]
        self.generator = ConvolutionalGenerator(options.latent + n_condition, shape, options.width, factors=falling)
        with_condition = (shape[0] + n_condition, *shape[1:])
        self.discriminator = ConvolutionalCritic(with_condition, options.width, normalise=True, factors=rising)
        self.apply(init_dcgan)

    def generate(self, z, condition):
        """Return images (n, channel, y, x) in [-1, 1]."""
        return self.generator(torch.cat([z, condition], dim=1))

    def discriminate(self, x, condition):
        """Return one logit per image."""
        maps = condition[:, :, None, None].expand(-1, -1, *x.shape[2:])
        return self.discriminator(torch.cat([x, maps], dim=1))

    def generator_loss(self, fake, condition):
        """Return cross entropy plus weighted physics loss; logs each, and the physics loss of a constant guess."""
        loss, _ = super().generator_loss(fake, condition)
        logs = {"adversarial_loss": loss.detach()}
        if self.physics is not None:
            physics_loss = self.physics(fake, condition)
            logs |= {"physics_loss": physics_loss.detach(), "constant_guess": self.physics.constant_guess(condition)}
            loss = loss + self.physics_weight * physics_loss
        return loss, logs
