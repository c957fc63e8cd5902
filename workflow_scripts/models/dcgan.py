"""DCGAN (Radford et al. 2016): of patches, or of whole fields at a reduced size."""

from dataclasses import dataclass

from workflow_scripts.networks.adversarial import Adversarial
from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, init_dcgan
from workflow_scripts.networks.trainable import refuse_condition


@dataclass(frozen=True)
class Options:
    """Size and optimisation of the two networks; `label` is what the discriminator is told of a real image."""

    latent: int = 100
    width: int = 64
    lr_generator: float = 1e-4
    lr_discriminator: float = 2e-4
    label: float = 1.0

    def __post_init__(self):
        if self.latent < 1 or self.width < 1:
            raise ValueError("latent and width: at least 1")
        if self.lr_generator <= 0 or self.lr_discriminator <= 0 or not 0.5 < self.label <= 1:
            raise ValueError("lr_generator and lr_discriminator: above 0; label: in (0.5, 1]")


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    refuse_condition(n_condition, "dcgan")
    return DCGAN(options, shape)


class DCGAN(Adversarial):
    """A generator of transposed convolutions and a discriminator of strided ones, both batch-normalised."""

    def __init__(self, options, shape):
        super().__init__(options.latent, (options.lr_discriminator, options.lr_generator), options.label)
        self.generator = ConvolutionalGenerator(options.latent, shape, options.width)
        self.discriminator = ConvolutionalCritic(shape, options.width, normalise=True)
        self.apply(init_dcgan)
