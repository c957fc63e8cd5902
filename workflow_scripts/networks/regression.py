"""Networks that tell a score from an image: a trainable base, a plain and a residual stack of convolutions."""

import torch
from torch import nn

from workflow_scripts.networks.trainable import Capability, Trainable

LARGEST = 1.0  # absolute errors above it count linearly, smaller ones by their square


class ScoreRegressor(Trainable):
    """A network from images to one number each.

    Parameters
    ----------
    network : nn.Module
        From images (n, channel, y, x) to (n, 1), 0 at the start of training.
    side : int
        Larger images are averaged down to this side in pixels; 0 leaves them.
    middle : float
        What the network says at the start.
    lr : float
        Of Adam.
    """

    capability = Capability.SCORER

    def __init__(self, network, side, middle, lr):
        super().__init__()
        self.network, self.side, self.middle, self.lr = network, side, middle, lr

    def predict(self, x):
        """Return the scores (n,) of images (n, channel, y, x) in the network's range."""
        if self.side and x.shape[-1] > self.side:
            x = nn.functional.adaptive_avg_pool2d(x, self.side)
        return self.middle + self.network(x)[:, 0]

    def loss(self, batch, generator, phase):
        """Return the mean Huber loss of the scores; logs the mean absolute error."""
        predicted = self.predict(batch["x"])
        loss = nn.functional.huber_loss(predicted, batch["score"], delta=LARGEST)
        return loss, {"absolute_error": (predicted - batch["score"]).abs().mean().detach()}

    def optimizer(self, phase):
        """Return Adam with a little decay of the weights."""
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=1e-4)


class ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016); `stride` 2 halves the side."""

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
    """Return a 3x3 convolution and its normalisation: over the batch, as an image's own would hide how bright it is."""
    return nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after)


class Head(nn.Module):
    """The mean and the maximum of every map, and numbers from them: faint changes everywhere and bright ones."""

    def __init__(self, channels, n_told=1):
        super().__init__()
        self.linear = nn.Linear(2 * channels, n_told)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, maps):
        """Turn maps (n, channel, y, x) into (n, n_told)."""
        return self.linear(torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1))
