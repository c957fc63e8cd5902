"""A small convolutional network that predicts a score from an image."""

from dataclasses import dataclass

from torch import nn

from workflow_scripts.networks.regression import Head, ScoreRegressor, convolution


@dataclass(frozen=True)
class Options:
    """`layers` strided convolutions, the first of `width` channels, each with twice as many as the one before.

    Images larger than `side` pixels are averaged down to it (0: they are not); `middle` is the score to start from.
    """

    width: int = 16
    layers: int = 4
    side: int = 128
    middle: float = 4.0
    lr: float = 1e-3

    def __post_init__(self):
        if self.width < 1 or self.layers < 1:
            raise ValueError("width and layers: at least 1")
        if self.side < 0 or self.lr <= 0:
            raise ValueError("side: at least 0; lr: above 0")


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    channels = [shape[0], *(options.width * 2**i for i in range(options.layers))]
    layers = []
    for before, after in zip(channels, channels[1:], strict=False):
        layers += [*convolution(before, after, 2), nn.ReLU(inplace=True)]
    return ScoreRegressor(nn.Sequential(*layers, Head(channels[-1])), options.side, options.middle, options.lr)
