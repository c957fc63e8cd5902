"""A residual network (He et al. 2016) that predicts a score from an image."""

from torch import nn

from workflow_scripts.networks.regression import Head, ResidualBlock, ScoreRegressor, convolution
from workflow_scripts.settings.bases.models import ScoreOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="predict_score")


class Options(ScoreOptions):
    """Size and optimisation; each stage halves the side and doubles the channels."""

    stages: int = option(3, "Number of stages.", ge=1)
    blocks: int = option(2, "Residual blocks per stage.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    layers, before = [*convolution(shape[0], options.width, 2), nn.ReLU(inplace=True)], options.width
    for stage in range(options.stages):
        after = options.width * 2**stage
        for block in range(options.blocks):
            layers.append(ResidualBlock(before, after, 2 if block == 0 else 1))
            before = after
    return ScoreRegressor(nn.Sequential(*layers, Head(before)), options.side, options.middle, options.lr)
