"""GAN of patches conditioned on a size class: the conditional galaxy network of the two-stage system."""

import torch
from torch import nn

from workflow_scripts.networks.adversarial import Adversarial, ConditionMapDiscriminator
from workflow_scripts.networks.convolutional import ConvolutionalCritic, init_dcgan, normalised
from workflow_scripts.settings.bases.models import AdversarialOptions, DiscriminatorRate
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(AdversarialOptions):
    """Size and optimisation of the two networks."""

    embedding: int = option(50, "Length of the embedding of the conditioning.", ge=1)
    lr_discriminator: DiscriminatorRate = 4e-4
    normalise: bool = option(
        True, "Batch normalisation in the discriminator; without it all sources of a class look alike."
    )


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) and conditions (n_condition,).

    Raises
    ------
    ValueError
        If there is no condition, or the side is no multiple of 4.
    """
    if not n_condition:
        raise ValueError("model size_conditional_gan needs a condition: size_class, say")
    if shape[1] % 4:
        raise ValueError(f"model size_conditional_gan: images of {shape[1]} pixels; the side must be a multiple of 4")
    return SizeConditionalGAN(options, shape, n_condition)


class ConditionalGenerator(nn.Module):
    """A latent map and a map of the condition at a quarter of the side, then three transposed convolutions."""

    def __init__(self, options, shape, n_condition):
        super().__init__()
        self.side, wide = shape[1] // 4, 4 * options.width
        self.latent = nn.Sequential(nn.Linear(options.latent, wide * self.side**2), nn.ReLU(inplace=True))
        self.condition = embedding(n_condition, options.embedding, self.side**2)
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(wide + 1, 2 * options.width, 4, 2, 1, bias=False),
            *normalised(2 * options.width),
            nn.ConvTranspose2d(2 * options.width, options.width, 4, 2, 1, bias=False),
            *normalised(options.width),
            nn.ConvTranspose2d(options.width, shape[0], 3, 1, 1),
            nn.Tanh(),
        )

    def forward(self, z, condition):
        """Return images in [-1, 1] for latent vectors (n, latent) and conditions (n, k)."""
        maps = self.latent(z).view(len(z), -1, self.side, self.side)
        plane = self.condition(condition).view(len(z), 1, self.side, self.side)
        return self.layers(torch.cat([maps, plane], dim=1))


def embedding(n_condition, width, n_out):
    """Return the layers from conditions (n, k) to maps (n, n_out); for one-hot classes they are a lookup table."""
    return nn.Sequential(nn.Linear(n_condition, width, bias=False), nn.Linear(width, n_out))


class SizeConditionalGAN(Adversarial):
    """Both networks take the condition as a map."""

    def __init__(self, options, shape, n_condition):
        super().__init__(options.latent, (options.lr_discriminator, options.lr_generator), options.label)
        self.generator = ConditionalGenerator(options, shape, n_condition)
        network = ConvolutionalCritic((shape[0] + 1, *shape[1:]), options.width, normalise=options.normalise)
        self.discriminator = ConditionMapDiscriminator(
            embedding(n_condition, options.embedding, shape[1] * shape[2]), network
        )
        self.apply(init_dcgan)

    def generate(self, z, condition):
        """Return images (n, channel, y, x) in [-1, 1]."""
        return self.generator(z, condition)

    def discriminate(self, x, condition):
        """Return one logit per image."""
        return self.discriminator(x, condition)
