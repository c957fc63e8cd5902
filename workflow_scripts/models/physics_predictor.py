"""The published physics predictor: the attributes of a galaxy from its image."""

import torch
from torch import nn

from workflow_scripts.networks.convolutional import normalised
from workflow_scripts.networks.trainable import Trainable
from workflow_scripts.settings.bases.models import AdamOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="predict_attributes")


class Options(AdamOptions):
    """Size and optimisation."""

    width: int = option(64, "Channels of the first convolution; later ones have multiples of it.", ge=1)
    dropout: float = option(0.3, "Fraction of the dense layer that training leaves out.", ge=0, lt=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) that predicts conditions (n_condition,).

    Raises
    ------
    ValueError
        If there is no condition.
    """
    if not n_condition:
        raise ValueError("model physics_predictor needs a condition: the columns that it predicts")
    return PhysicsPredictor(options, shape, n_condition)


class PhysicsPredictor(Trainable):
    """Three convolutions, the global mean of every map, two dense layers with dropout.

    ASSUME: the publication gives neither the widths nor the strides; 64, 128 and 256 maps of 3x3 convolutions of
    stride 2 and 256 dense numbers have its 0.45 million parameters.
    """

    def __init__(self, options, shape, n_condition):
        super().__init__()
        self.lr, self.dropout = options.lr, options.dropout
        channels = [shape[0], options.width, 2 * options.width, 4 * options.width]
        layers = []
        for before, after in zip(channels, channels[1:], strict=False):
            layers += [nn.Conv2d(before, after, 3, 2, 1, bias=False), *normalised(after)]
        dense = [nn.Linear(channels[-1], channels[-1]), nn.ReLU(inplace=True)]
        self.network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), *dense)
        self.last = nn.Linear(channels[-1], n_condition)

    def predict(self, x):
        """Return the conditions (n, k) of images (n, channel, y, x), as networks take them."""
        return self.last(self.network(x))

    def loss(self, batch, generator, phase):
        """Return the mean squared error, with dropout in the dense layer."""
        dense = self.network(batch["x"])
        drawn = torch.rand(dense.shape, generator=generator, device=generator.device).to(dense.device)
        kept = (drawn >= self.dropout) / (1 - self.dropout)  # not nn.Dropout: its random numbers are not handed in
        return (self.last(dense * kept) - batch["condition"]).square().mean(), {}

    def optimizer(self, phase):
        """Return Adam."""
        return torch.optim.Adam(self.parameters(), lr=self.lr)
