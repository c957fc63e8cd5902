"""Fully linear networks."""

from torch import nn


def dense_network(sizes, normalise=False):
    """Return linear layers with LeakyReLU between them, and batch normalisation if `normalise`.

    Parameters
    ----------
    sizes : sequence of int
        Length of the input, of every hidden layer, of the output.
    """
    layers = []
    for before, after in zip(sizes[:-2], sizes[1:-1], strict=True):
        layers += [nn.Linear(before, after), *([nn.BatchNorm1d(after)] if normalise else []), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))
