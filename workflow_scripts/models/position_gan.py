"""GAN of position grids: which cells of a field hold a source, or a source of which class of size."""

import math

import torch
from torch.nn.functional import one_hot, softmax

from workflow_scripts.networks.adversarial import Adversarial
from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, init_dcgan
from workflow_scripts.networks.trainable import refuse_condition
from workflow_scripts.settings.bases.models import AdversarialOptions, GeneratorRate, SmoothedLabelOptions, Width
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(SmoothedLabelOptions, AdversarialOptions):
    """Size and optimisation of the two networks, and how cells are set."""

    classes: int = option(1, "Size classes that a cell may hold besides none; 1: a source or none.", ge=1)
    width: Width = 16
    lr_generator: GeneratorRate = 2e-4
    hard: bool = option(
        True, "Show the discriminator cells set or not, with the gradient of soft ones; published: soft ones."
    )
    drawn: bool = option(
        False,
        "Draw the content of a cell from the softmax (Gumbel noise, Jang et al. 2017); published: its largest entry, "
        "where rare classes hardly ever occur.",
    )


def build(options, shape, n_condition=0):
    """Return the model for grids of a shape (1, y, x): 0 for an empty cell, else the class, 1 to `classes`."""
    refuse_condition(n_condition, "position_gan")
    return PositionGAN(options, shape)


class PositionGAN(Adversarial):
    """A DCGAN whose cells are the sign of a tanh (one class), or the largest or a drawn one of a softmax."""

    def __init__(self, options, shape):
        levels = options.classes + 1 if options.classes > 1 or options.drawn else 1
        planes = (levels, *shape[1:])
        latent = options.latent + (math.prod(planes) if options.drawn else 0)  # the rest is the noise of the cells
        super().__init__(latent, (options.lr_discriminator, options.lr_generator), options.label)
        self.classes, self.hard, self.levels, self.n_latent = options.classes, options.hard, levels, options.latent
        self.generator = ConvolutionalGenerator(options.latent, planes, options.width, bounded=self.levels == 1)
        self.discriminator = ConvolutionalCritic(planes, options.width)
        self.apply(init_dcgan)

    def prepare(self, x):
        """Refuse grids that hold classes which the options do not allow.

        Raises
        ------
        ValueError
            Naming the largest class.
        """
        largest = int(x.max())
        if largest > self.classes or x.min() < 0 or (x != x.round()).any():
            raise ValueError(
                f"model position_gan: cells hold values from {float(x.min()):g} to {largest}; with classes: "
                f"{self.classes} they are whole numbers from 0 to {self.classes} (stretch: none)"
            )

    def generate(self, z, condition):
        """Return cells as the discriminator takes them: (n, 1, y, x) in [-1, 1], or (n, level, y, x) that sum to 1."""
        out = self.logits(z)
        soft = out if self.levels == 1 else softmax(out, dim=1)
        if not self.hard:
            return soft
        hard = torch.where(out > 0, 1.0, -1.0) if self.levels == 1 else self.levels_of(out.argmax(dim=1))
        return soft + (hard - soft).detach()  # straight-through: hard values, the gradient of soft ones

    def logits(self, z):
        """Return the logits of the levels of each cell, (n, level, y, x), with Gumbel noise where cells are drawn."""
        out = self.generator(z[:, : self.n_latent])
        return out + gumbel(z[:, self.n_latent :]).view_as(out) if self.latent > self.n_latent else out

    def as_generated(self, x):
        """Return real grids as -1 and 1, or one plane per level."""
        return x.clamp(max=1) * 2 - 1 if self.levels == 1 else self.levels_of(x[:, 0].long())

    def levels_of(self, cells):
        """Return one plane per level, (n, level, y, x)."""
        return one_hot(cells, self.levels).movedim(-1, 1).float()

    def sample(self, n, condition, generator):
        """Return n grids (n, 1, y, x) of 0 and 1, or of classes."""
        out = self.logits(self.latents(n, generator))
        return (out > 0).float() if self.levels == 1 else out.argmax(dim=1, keepdim=True).float()


def gumbel(z):
    """Return Gumbel noise from standard normal noise: the largest of logits with it is a draw from their softmax."""
    return -torch.log(-torch.special.log_ndtr(z))
