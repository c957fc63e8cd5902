"""A residual network (He et al. 2016) that predicts a score from an image."""

from dataclasses import dataclass

from torch import nn

from workflow_scripts.networks.regression import Head, ResidualBlock, ScoreRegressor, convolution


@dataclass(frozen=True)
class Options:
    """`stages` of `blocks` residual blocks; each stage halves the side and doubles the channels, from `width`.

    Images larger than `side` pixels are averaged down to it (0: they are not); `middle` is the score to start from.
    """

    width: int = 16
    stages: int = 3
    blocks: int = 2
    side: int = 128
    middle: float = 4.0
    lr: float = 1e-3

    def __post_init__(self):
        if self.width < 1 or self.stages < 1 or self.blocks < 1:
            raise ValueError("width, stages and blocks: at least 1")
        if self.side < 0 or self.lr <= 0:
            raise ValueError("side: at least 0; lr: above 0")


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    layers, before = [*convolution(shape[0], options.width, 2), nn.ReLU(inplace=True)], options.width
    for stage in range(options.stages):
        after = options.width * 2**stage
        for block in range(options.blocks):
            layers.append(ResidualBlock(before, after, 2 if block == 0 else 1))
            before = after
    return ScoreRegressor(nn.Sequential(*layers, Head(before)), options.side, options.middle, options.lr)
