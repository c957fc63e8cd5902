import pytest
import torch
from torch import nn

from workflow_scripts.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator, n_doublings


@pytest.mark.parametrize("side", [4, 7, 16, 30, 32])
@pytest.mark.parametrize("channels", [1, 3])
def test_shapes(side, channels):
    shape = (channels, side, side)
    generator, critic = ConvolutionalGenerator(5, shape, 4), ConvolutionalCritic(shape, 4)
    images = generator(torch.randn(3, 5))
    assert images.shape == (3, *shape)
    assert images.abs().max() <= 1
    assert critic(images).shape == (3,)


def test_doublings():
    assert [n_doublings(side) for side in (4, 8, 9, 16, 30, 32, 33)] == [1, 1, 2, 2, 3, 3, 4]


def test_the_critic_has_neither_normalisation_nor_a_bounded_end():
    critic = ConvolutionalCritic((1, 16, 16), 4)
    kinds = {type(layer) for layer in critic.modules()}
    assert kinds <= {ConvolutionalCritic, nn.Sequential, nn.Conv2d, nn.LeakyReLU, nn.Flatten, nn.Linear}
    x = torch.randn(8, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(critic(x)[:2], critic(x[:2]))  # an image is judged without looking at its batch
    assert critic(1e6 * x).abs().max() > 1e3
