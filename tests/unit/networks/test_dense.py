import torch
from torch import nn

from workflow_scripts.networks.dense import dense_network


def test_layers_and_sizes():
    network = dense_network([5, 7, 3, 2], normalise=True)
    assert [layer.out_features for layer in network if isinstance(layer, nn.Linear)] == [7, 3, 2]
    assert sum(isinstance(layer, nn.BatchNorm1d) for layer in network) == 2
    assert isinstance(network[-1], nn.Linear)
    assert network(torch.randn(4, 5)).shape == (4, 2)
    assert not any(isinstance(layer, nn.BatchNorm1d) for layer in dense_network([5, 7, 1]))
