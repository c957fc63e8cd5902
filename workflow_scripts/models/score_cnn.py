"""A small convolutional network that predicts a score from an image."""

from torch import nn

from workflow_scripts.networks.regression import Head, ScoreRegressor, convolution
from workflow_scripts.settings.bases.models import ScoreOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="predict_score")


class Options(ScoreOptions):
    """Size and optimisation."""

    layers: int = option(4, "Number of strided convolutions; each has twice as many channels as the last.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    channels = [shape[0], *(options.width * 2**i for i in range(options.layers))]
    layers = []
    for before, after in zip(channels, channels[1:], strict=False):
        layers += [*convolution(before, after, 2), nn.ReLU(inplace=True)]
    return ScoreRegressor(nn.Sequential(*layers, Head(channels[-1])), options.side, options.middle, options.lr)
