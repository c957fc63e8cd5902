"""EDM diffusion of images given a map of each: a field's sources are painted over a sketch of their catalogue.

The network is convolutional. Fields larger than its training images are denoised in overlapping windows, whose results
are averaged in every step of the sampling: neighbouring windows see the same noisy image where they overlap, and paint
the same sources.
"""

import torch

from workflow_scripts.models.edm import EDM, SIGMA_DATA, noise_levels
from workflow_scripts.networks.trainable import normal
from workflow_scripts.networks.unet import UNet
from workflow_scripts.networks.windows import apply_in_windows
from workflow_scripts.settings.bases.models import DiffusionOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(DiffusionOptions):
    """Size, training noise, sampling, and windows of large fields."""

    overlap: int = option(
        16, "Least overlap of the windows in which fields larger than the training images are painted.", unit="pixel",
        ge=1,
    )  # fmt: skip


def build(options, shape, n_condition=0):
    """Return the model for images (channel, y, x) and maps of `n_condition` planes.

    Raises
    ------
    ValueError
        If it is conditioned on nothing, or on numbers of images of vectors.
    """
    if not n_condition or len(shape) != 3:
        raise ValueError(
            "model painter needs images and a condition that is a map: data: sketches, condition: [sketch]"
        )
    return Painter(options, shape, n_condition)


class Painter(EDM):
    """A denoiser with the planes of a map beside those of the image."""

    max_gradient_norm = 1.0

    def __init__(self, options, shape, n_condition):
        super().__init__(options, shape, n_condition)
        self.register_buffer("mean", torch.zeros((shape[0], 1, 1)))
        self.register_buffer("scale", torch.ones((shape[0], 1, 1)))

    def new_network(self):
        """Return the untrained network."""
        options, planes = self.options, self.shape[0]
        both = planes + self.n_condition
        return UNet(both, options.width, options.factors, 0, options.centred, options.patch, n_out=planes)

    def prepare(self, x):
        """Take mean and standard deviation of each plane of the data."""
        self.mean.copy_(x.mean(dim=(0, 2, 3))[:, None, None])
        scale = x.std(dim=(0, 2, 3))[:, None, None] / SIGMA_DATA
        self.scale.copy_(torch.where(scale > 0, scale, 1.0))

    def denoise(self, x, sigma, condition, kept):
        """Return the denoised images of x (n, ...) with noise of standard deviations sigma (n,), given their maps."""
        total = (sigma**2 + SIGMA_DATA**2).sqrt()
        skip, out = self.per_example(SIGMA_DATA**2 / total**2, x), self.per_example(sigma * SIGMA_DATA / total, x)
        planes = torch.cat([x / self.per_example(total, x), condition * self.per_example(kept, x)], dim=1)
        return skip * x + out * self.network(planes, sigma.log() / 4)

    def sample(self, n, condition, generator):
        """Return n samples of the size of the maps (n, plane, y, x), in the network's range."""
        levels = noise_levels(self.options.n_steps, self.options.lowest)
        like = next(self.network.parameters())
        start = levels[0] * normal((n, self.shape[0], *condition.shape[-2:]), generator, like)
        return getattr(self, self.options.solver)(start, levels, condition) * self.scale + self.mean

    def clean(self, x, level, condition):
        """Return the denoised images at one noise level, those larger than the training images in windows."""
        side = min(self.shape[1:])
        if min(x.shape[-2:]) < side or max(x.shape[-2:]) == side:
            return super().clean(x, level, condition)
        denoise = super().clean
        overlap = min(self.options.overlap, side - 1)
        return apply_in_windows(lambda image, sketch: denoise(image, level, sketch), side, overlap, x, condition)
