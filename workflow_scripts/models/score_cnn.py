"""A small convolutional network that predicts a score from an image."""

from workflow_scripts.networks.regression import ScoreRegressor, strided_convolutions
from workflow_scripts.settings.bases.models import ScoreOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="predict_score")


class Options(ScoreOptions):
    """Size and optimisation."""

    layers: int = option(4, "Number of strided convolutions; each has twice as many channels as the last.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x)."""
    network = strided_convolutions(shape[0], options.width, options.layers)
    return ScoreRegressor(network, options.side, options.middle, options.lr)
