"""Variational auto-encoder (Kingma and Welling 2014) of patches or of whole fields at a reduced size."""

import math

import torch

from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, init_dcgan
from workflow_scripts.networks.trainable import Trainable, normal, refuse_condition
from workflow_scripts.settings.bases.models import AdamOptions, LatentOptions, Width
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(LatentOptions, AdamOptions):
    """Size and optimisation."""

    width: Width = 32
    spread: float = option(0.1, "Standard deviation of pixels about the decoded image, in the network's range.", gt=0)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    refuse_condition(n_condition, "vae")
    return VAE(options, shape)


class VAE(Trainable):
    """Strided convolutions to a Gaussian in the latent space, transposed ones back."""

    def __init__(self, options, shape):
        super().__init__()
        self.options = options
        self.encoder = ConvolutionalCritic(shape, options.width, n_out=2 * options.latent)
        self.decoder = ConvolutionalGenerator(options.latent, shape, options.width)
        self.apply(init_dcgan)

    def loss(self, batch, generator, phase):
        """Return the negative evidence lower bound per pixel; logs its two terms."""
        x = batch["x"]
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        log_variance = log_variance.clamp(-10, 10)
        z = mean + (log_variance / 2).exp() * normal(mean.shape, generator, mean)
        spread = self.options.spread
        squares = ((self.decoder(z) - x) / spread).square()
        n_pixels = math.prod(x.shape[1:])
        reconstruction = squares.flatten(1).sum(dim=1).mean() / 2 / n_pixels
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2 / n_pixels
        return reconstruction + divergence, {"reconstruction": reconstruction.detach(), "kl": divergence.detach()}

    def sample(self, n, condition, generator):
        """Return n images (n, channel, y, x) in [-1, 1]: the decoded means, without the scatter of single pixels."""
        return self.decoder(normal((n, self.options.latent), generator, next(self.decoder.parameters())))

    def optimizer(self, phase):
        """Return Adam."""
        return torch.optim.Adam(self.parameters(), lr=self.options.lr)
