"""Residual networks of R3GAN: without normalisation, of bottlenecks whose last convolution starts at 0."""

import math

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu, pixel_shuffle, pixel_unshuffle

from workflow_scripts.networks.sketch import ConditionSketch


class Bottleneck(nn.Module):
    """1x1, grouped 3x3 and 1x1 convolutions with a shortcut."""

    def __init__(self, channels, group=8):
        super().__init__()
        self.enter = nn.Conv2d(channels, channels, 1)
        self.middle = nn.Conv2d(channels, channels, 3, 1, 1, groups=max(1, channels // group))
        self.leave = nn.Conv2d(channels, channels, 1, bias=False)
        nn.init.zeros_(self.leave.weight)

    def forward(self, x):
        """Return maps of the same shape."""
        out = leaky_relu(self.middle(leaky_relu(self.enter(x), 0.2)), 0.2)
        return x + self.leave(out)


def levels(side):
    """Return the number of doublings from a map of 4 pixels to one that covers a side."""
    return max(1, math.ceil(math.log2(side / 4)))


class ResidualGenerator(nn.Module):
    """A network from latent vectors and conditions to images, doubling the side from 4 pixels.

    Parameters
    ----------
    latent, n_condition : int
    shape : (channel, y, x)
    width : int
        Channels of the last map; they double towards the latent vector, up to 8 times.
    centred : bool
        Add a sketch of the condition from pixel coordinates: for images of one source in the centre.
    patch : int
        Side in pixels of the squares that are one element of the last map.
    """

    def __init__(self, latent, n_condition, shape, width, centred=False, patch=1):
        super().__init__()
        self.side, self.patch, n = shape[1], patch, levels(math.ceil(shape[1] / patch))
        channels = [width * min(8, 2 ** (n - i)) for i in range(n + 1)]
        self.enter = nn.Linear(latent + n_condition, channels[0] * 16)
        self.widths = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in zip(channels, channels[1:], strict=False))
        self.blocks = nn.ModuleList(nn.Sequential(Bottleneck(c), Bottleneck(c)) for c in channels)
        self.sketch = ConditionSketch(width, latent + n_condition) if centred else None
        self.leave = nn.Conv2d(channels[-1], shape[0] * patch**2, 1)

    def forward(self, z, condition=None):
        """Return images (n, channel, y, x), unbounded."""
        latent = z if condition is None else torch.cat([z, condition], dim=1)
        x = self.blocks[0](self.enter(latent).view(len(z), -1, 4, 4))
        for number, (change, block) in enumerate(zip(self.widths, self.blocks[1:], strict=True), start=1):
            x = change(interpolate(x, scale_factor=2, mode="bilinear"))
            if self.sketch is not None and number == len(self.widths):
                x = x + self.sketch(x, latent)
            x = block(x)
        x = pixel_shuffle(self.leave(x), self.patch)
        edge = (x.shape[-1] - self.side) // 2
        return x[:, :, edge : edge + self.side, edge : edge + self.side]


class ResidualCritic(nn.Module):
    """A network from images and conditions to one unbounded number; the condition is projected on the features.

    `centred` and `patch` are those of the generator: where centred, a sketch of the condition is added to the image.
    """

    def __init__(self, n_condition, shape, width, centred=False, patch=1):
        super().__init__()
        n = levels(math.ceil(shape[1] / patch))
        self.side, self.patch = 4 * patch * 2**n, patch
        channels = [width * min(8, 2**i) for i in range(n + 1)]
        self.enter = nn.Conv2d(shape[0] * patch**2, width, 1)
        self.sketch = ConditionSketch(width, n_condition) if centred and n_condition else None
        self.widths = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in zip(channels, channels[1:], strict=False))
        self.blocks = nn.ModuleList(nn.Sequential(Bottleneck(c), Bottleneck(c)) for c in channels)
        self.gather = nn.Conv2d(channels[-1], channels[-1], 4, groups=channels[-1])
        self.leave = nn.Linear(channels[-1], 1)
        self.projection = nn.Linear(n_condition, channels[-1]) if n_condition else None

    def forward(self, x, condition=None):
        """Return one number per image, (n,)."""
        edge = self.side - x.shape[-1]
        x = nn.functional.pad(x, (edge // 2, edge - edge // 2, edge // 2, edge - edge // 2), mode="replicate")
        x = self.enter(pixel_unshuffle(x, self.patch))
        if self.sketch is not None:
            x = x + self.sketch(x, condition)
        for change, block in zip(self.widths, self.blocks[:-1], strict=True):
            x = change(avg_pool2d(block(x), 2))
        features = leaky_relu(self.gather(self.blocks[-1](x)).flatten(1), 0.2)
        out = self.leave(features)[:, 0]
        return out if self.projection is None else out + (features * self.projection(condition)).mean(dim=1)
