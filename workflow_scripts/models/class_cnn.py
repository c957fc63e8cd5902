"""A small convolutional classifier of galaxy images."""

import torch
from torch import nn

from workflow_scripts.networks.regression import Head, convolution
from workflow_scripts.networks.trainable import Trainable
from workflow_scripts.settings.bases.models import AdamOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="classify")


class Options(AdamOptions):
    """Size and optimisation."""

    width: int = option(16, "Channels of the first convolution; each later one has twice as many.", ge=1)
    layers: int = option(3, "Number of strided convolutions.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images of a shape (channel, y, x) and the classes of its stage's condition.

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """
    if n_condition < 2:
        raise ValueError("model class_cnn needs condition: [class], a column of at least 2 classes")
    return ClassCNN(options, shape, n_condition)


class ClassCNN(Trainable):
    """Strided convolutions, global mean and maximum of every map, one linear layer."""

    def __init__(self, options, shape, n_condition):
        super().__init__()
        self.lr = options.lr
        channels = [shape[0], *(options.width * 2**i for i in range(options.layers))]
        layers = []
        for before, after in zip(channels, channels[1:], strict=False):
            layers += [*convolution(before, after, 2), nn.ReLU(inplace=True)]
        self.network = nn.Sequential(*layers, Head(channels[-1], n_condition))

    def predict(self, x):
        """Return the probability of each class, (n, k), for images (n, channel, y, x)."""
        return self.network(x).softmax(dim=1)

    def loss(self, batch, generator, phase):
        """Return the mean cross entropy; logs the accuracy."""
        logits, actual = self.network(batch["x"]), batch["condition"]
        accuracy = (logits.argmax(dim=1) == actual.argmax(dim=1)).float().mean()
        return nn.functional.cross_entropy(logits, actual), {"accuracy": accuracy}

    def optimizer(self, phase):
        """Return Adam with weight decay."""
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=1e-4)
