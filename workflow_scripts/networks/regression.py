"""Networks that predict a score from an image: their trainable bases and their layers."""

import torch
from torch import nn

from workflow_scripts.networks.trainable import Trainable

HUBER_DELTA = 1.0  # absolute error at which the loss turns from quadratic to linear


class ScoreRegressor(Trainable):
    """A network from images to one number each.

    Parameters
    ----------
    network : nn.Module
        From images (n, channel, y, x) to (n, 1), 0 at the start of training.
    side : int
        Larger images are averaged down to this side in pixels; 0 leaves them.
    middle : float
        Prediction at the start of training.
    lr : float
        Learning rate of Adam.
    """

    def __init__(self, network, side, middle, lr):
        super().__init__()
        self.network, self.side, self.middle, self.lr = network, side, middle, lr

    def predict(self, x):
        """Return the scores (n,) of images (n, channel, y, x), these in the network's range."""
        if self.side and x.shape[-1] > self.side:
            x = nn.functional.adaptive_avg_pool2d(x, self.side)
        return self.middle + self.network(x)[:, 0]

    def loss(self, batch, generator, phase):
        """Return the mean Huber loss of the scores; logs the mean absolute error."""
        predicted = self.predict(batch["x"])
        loss = nn.functional.huber_loss(predicted, batch["score"], delta=HUBER_DELTA)
        return loss, {"absolute_error": (predicted - batch["score"]).abs().mean().detach()}

    def optimizer(self, phase):
        """Return Adam with weight decay."""
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=1e-4)


class Discriminator(ScoreRegressor):
    """A network from images to the log odds that an image belongs to the second of two classes.

    The `score` of an image of the training is its class, 0 or 1.

    Parameters
    ----------
    network : nn.Module
        From images (n, channel, y, x) to (n, 1).
    lr : float
        Learning rate of Adam.
    """

    def __init__(self, network, lr):
        super().__init__(network, side=0, middle=0.0, lr=lr)

    def loss(self, batch, generator, phase):
        """Return the mean cross-entropy of the classes."""
        return nn.functional.binary_cross_entropy_with_logits(self.predict(batch["x"]), batch["score"]), {}


def strided_convolutions(channels, width, n):
    """Return a network of n strided convolutions, each with twice as many channels as the last, and a head."""
    sizes = [channels, *(width * 2**i for i in range(n))]
    layers = [
        layer
        for before, after in zip(sizes, sizes[1:], strict=False)
        for layer in (*convolution(before, after, 2), nn.ReLU(inplace=True))
    ]
    return nn.Sequential(*layers, Head(sizes[-1]))


class ResidualBlock(nn.Module):
    """Two convolutions with a shortcut (He et al. 2016); `stride` 2 halves the side."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.layers = nn.Sequential(
            *convolution(before, after, stride),
            nn.ReLU(inplace=True),
            *convolution(after, after, 1),
        )
        same = stride == 1 and before == after
        self.shortcut = nn.Identity() if same else nn.Conv2d(before, after, 1, stride, bias=False)

    def forward(self, x):
        """Return maps (n, after, y / stride, x / stride)."""
        return torch.relu(self.layers(x) + self.shortcut(x))


def convolution(before, after, stride):
    """Return a 3x3 convolution and batch normalisation; normalising each image would remove its brightness."""
    return nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after)


class Head(nn.Module):
    """Global mean and maximum of every map, for faint extended and bright local features, and a linear layer."""

    def __init__(self, channels, n_out=1):
        super().__init__()
        self.linear = nn.Linear(2 * channels, n_out)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, maps):
        """Return outputs (n, n_out) for maps (n, channel, y, x)."""
        return self.linear(torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1))
