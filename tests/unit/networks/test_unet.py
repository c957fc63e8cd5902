"""The U-Net with the distance from the centre as input."""

import numpy as np
import pytest
import torch

from workflow_scripts.networks.unet import UNet, centred_coordinates


def test_places_are_ellipses_in_the_angles_of_a_condition():
    """Along an axis at 30 degrees they add up, with cosine and sine of 60, to twice the radius; across, to none."""
    maps = centred_coordinates((65, 65), torch.zeros(1))[0].numpy()
    assert maps.shape == (3, 65, 65)
    assert maps[0, 32, 64] == pytest.approx(1), "the nearest edge"
    assert maps[0, 32, 32] == pytest.approx(0, abs=2e-3)
    y, x = np.mgrid[-1:1:65j, -1:1:65j]
    angle = np.deg2rad(30)
    summed = maps[0] + np.cos(2 * angle) * maps[1] + np.sin(2 * angle) * maps[2]
    along = x * np.cos(angle) + y * np.sin(angle)
    np.testing.assert_allclose(summed * np.maximum(np.hypot(x, y), 1e-3), 2 * along**2, atol=3e-3)


def test_only_a_centred_network_distinguishes_places():
    """Far from the edges, a convolution of a uniform image is uniform."""
    answers = {}
    for centred in (False, True):
        torch.manual_seed(0)
        network = UNet(1, 8, [1], 0, centred)
        for weight in network.parameters():
            torch.nn.init.normal_(weight, 0, 0.3)
        with torch.no_grad():
            answers[centred] = network(torch.ones(1, 1, 64, 64), torch.ones(1))[0, 0, 24:40, 24:40]
    assert answers[False].std() < 1e-6 < 1e-3 < answers[True].std()


@pytest.mark.parametrize(("side", "patch"), [((16, 16), 2), ((13, 18), 2), ((15, 15), 4)])
def test_squares_of_pixels_are_put_back_where_they_were(side, patch):
    """Any sides will do, and what changes in a pixel of the output depends on the pixels around it."""
    torch.manual_seed(0)
    network = UNet(3, 8, [1, 2], 4, centred=True, patch=patch)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, 0, 0.1)
    x, inputs = torch.zeros(2, 3, *side), (torch.ones(2), torch.ones(2, 4), torch.tensor([True, False]))
    with torch.no_grad():
        found = network(x, *inputs)
    assert found.shape == x.shape
    assert not torch.equal(found[0], found[1]), "one of them has no condition"
