"""Convolutional generators and critics for square images of any side from 4 px."""

import math

from torch import nn


def n_doublings(side):
    """Return the number of doublings from a 4 px map to one that covers `side`."""
    return max(1, math.ceil(math.log2(side / 4)))


class ConvolutionalGenerator(nn.Module):
    """Transposed convolutions from a latent vector to an image; batch normalisation, ReLU, at the end a tanh.

    Parameters
    ----------
    latent : int
    shape : (channel, y, x)
        Square; where the side is no power of two times 4, the centre of a larger image is taken.
    width : int
        Channels of the last hidden map; they double towards the latent vector.
    bounded : bool
        Whether the output is bounded by a tanh.
    factors : sequence of int or None
        Channels of the hidden maps in units of `width`, one per doubling of the side, where they do not double.
    """

    def __init__(self, latent, shape, width, bounded=True, factors=None):
        super().__init__()
        self.side = shape[1]
        doublings = n_doublings(self.side)
        channels = [width * factor for factor in factors or (2 ** (doublings - 1 - i) for i in range(doublings))]
        layers = [nn.ConvTranspose2d(latent, channels[0], 4, 1, 0, bias=False), *normalised(channels[0])]
        for before, after in zip(channels, channels[1:], strict=False):
            layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), *normalised(after)]
        layers += [nn.ConvTranspose2d(channels[-1], shape[0], 4, 2, 1), *([nn.Tanh()] if bounded else [])]
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        """Return images (n, channel, y, x), in [-1, 1] where bounded, for latent vectors (n, latent)."""
        images = self.layers(z[:, :, None, None])
        edge = (images.shape[-1] - self.side) // 2
        return images[:, :, edge : edge + self.side, edge : edge + self.side]


def normalised(channels):
    """Return batch normalisation and ReLU."""
    return [nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]


class ConvolutionalCritic(nn.Module):
    """Strided convolutions to unbounded numbers; by default without normalisation, as Wasserstein critics need.

    Parameters
    ----------
    shape : (channel, y, x)
    width : int
        Channels of the first hidden map; they double from map to map.
    n_out : int
        Outputs per image.
    normalise : bool
        Batch normalisation of all maps but the first, as in the discriminator of a DCGAN.
    factors : sequence of int or None
        Channels of the hidden maps in units of `width`, one per doubling of the side, where they do not double.
    """

    def __init__(self, shape, width, n_out=1, normalise=False, factors=None):
        super().__init__()
        doublings = n_doublings(shape[1])
        channels = [shape[0], *(width * factor for factor in factors or (2**i for i in range(doublings)))]
        layers = []
        for before, after in zip(channels, channels[1:], strict=False):
            norm = [nn.BatchNorm2d(after)] if normalise and layers else []
            layers += [nn.Conv2d(before, after, 4, 2, 1, bias=not norm), *norm, nn.LeakyReLU(0.2, inplace=True)]
        side = shape[1]
        for _ in range(doublings):
            side //= 2
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels[-1] * side * side, n_out))

    def forward(self, x):
        """Return one number per image, shape (n,), or (n, n_out)."""
        out = self.layers(x)
        return out[:, 0] if out.shape[1] == 1 else out


def init_dcgan(module):
    """Draw the weights of (transposed) convolutions from N(0, 0.02²), the initialisation of DCGANs."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
