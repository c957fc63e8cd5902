"""GAN of patches conditioned on a size class: the conditional galaxy network of the two-stage system."""

from dataclasses import dataclass

import torch
from torch import nn

from workflow_scripts.networks.adversarial import Adversarial, ConditionMapDiscriminator
from workflow_scripts.networks.convolutional import ConvolutionalCritic, init_dcgan, normalised


@dataclass(frozen=True)
class Options:
    """Size and optimisation of the two networks; `embedding` numbers stand for a condition.

    `normalise` puts batch normalisation into the discriminator; without it all sources of a class come out alike.
    """

    latent: int = 100
    width: int = 64
    embedding: int = 50
    lr_generator: float = 1e-4
    lr_discriminator: float = 4e-4
    label: float = 1.0
    normalise: bool = True

    def __post_init__(self):
        if self.latent < 1 or self.width < 1 or self.embedding < 1:
            raise ValueError("latent, width and embedding: at least 1")
        if self.lr_generator <= 0 or self.lr_discriminator <= 0 or not 0.5 < self.label <= 1:
            raise ValueError("lr_generator and lr_discriminator: above 0; label: in (0.5, 1]")


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) and conditions (n_condition,).

    Raises
    ------
    ValueError
        Where there is no condition, or the side is no multiple of 4.
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
