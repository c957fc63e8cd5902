"""DCGAN (Radford et al. 2016): of patches, or of whole fields at a reduced size."""

from workflow_scripts.networks.adversarial import Adversarial
from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, init_dcgan
from workflow_scripts.networks.trainable import refuse_condition
from workflow_scripts.settings.bases.models import AdversarialOptions
from workflow_scripts.settings.contracts.models import Model

DECLARATION = Model(task="generate")


class Options(AdversarialOptions):
    """Size and optimisation of the two networks."""


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
