import math

import pytest
import torch

from workflow_scripts.models.coordinate_gan import Options, build


def test_samples_are_vectors_in_range_and_repeat_with_the_seed():
    torch.manual_seed(0)
    model = build(Options(latent=4, width=16), (10,)).eval()
    one, two = (model.sample(6, None, torch.Generator().manual_seed(3)) for _ in range(2))
    assert one.shape == (6, 10)
    assert one.abs().max() <= 1
    assert torch.equal(one, two)


def test_losses_of_a_discriminator_that_knows_nothing():
    model = build(Options(latent=4, width=16, label=0.9), (10,))
    for weight in model.discriminator.parameters():
        torch.nn.init.zeros_(weight)
    batch, generator = {"x": torch.zeros(8, 10)}, torch.Generator().manual_seed(0)
    loss, logs = model.loss(batch, generator, "discriminator")
    assert loss.item() == pytest.approx(2 * math.log(2))
    assert float(logs["d_real"]) == float(logs["d_fake"]) == 0.5
    assert model.loss(batch, generator, "generator")[0].item() == pytest.approx(math.log(2))
