"""The published models of galaxies: their sizes, losses on values by hand, schedules, and the physics term."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from workflow_scripts.models import physics_diffusion, physics_gan, physics_predictor
from workflow_scripts.settings import plugins
from workflow_scripts.training.conditions import apply_conditions, fit_conditions
from workflow_scripts.training.description import StageDescription
from workflow_scripts.training.physics import PhysicsLoss, physics_loss
from workflow_scripts.training.prediction import TrainedPredictor

PUBLISHED = (3, 64, 64)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def n_parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


class Oracle(torch.nn.Module):
    """A predictor that always finds the same, whatever it sees."""

    def __init__(self, found):
        super().__init__()
        self.found = torch.nn.Parameter(torch.tensor(found))

    def predict(self, x):
        return self.found.expand(len(x), -1)


def test_published_numbers_of_parameters():
    """About 2.5, 1.8 and 0.45 million, for 64-px images in three bands, four classes and four attributes."""
    gan = physics_gan.build(physics_gan.Options(), PUBLISHED, 8)
    predictor = physics_predictor.build(physics_predictor.Options(), PUBLISHED, 4)
    assert n_parameters(gan.generator) == pytest.approx(2.5e6, rel=0.03)
    assert n_parameters(gan.discriminator) == pytest.approx(1.8e6, rel=0.05)
    assert n_parameters(predictor) == pytest.approx(0.45e6, rel=0.03)


def test_published_layers():
    gan = physics_gan.build(physics_gan.Options(), PUBLISHED, 8)
    first, *rest = [layer for layer in gan.generator.layers if isinstance(layer, torch.nn.ConvTranspose2d)]
    assert first.weight.shape == (108, 256, 4, 4), "a dense layer from noise and condition to 256 maps of 4 px"
    assert len(rest) == 4
    seen = [layer for layer in gan.discriminator.layers if isinstance(layer, torch.nn.Conv2d)]
    assert len(seen) == 4
    assert seen[0].in_channels == 3 + 8
    with torch.no_grad():
        drawn = gan.eval().sample(2, torch.zeros(2, 8), seeded())
        assert gan.discriminate(drawn, torch.zeros(2, 8)).shape == (2,)
    assert drawn.shape == (2, *PUBLISHED)
    assert drawn.abs().max() <= 1


@pytest.mark.parametrize("side", [8, 16, 20, 32])
def test_other_sides(side):
    gan = physics_gan.build(physics_gan.Options(latent=4, width=4), (1, side, side), 3)
    drawn = gan.sample(2, torch.zeros(2, 3), seeded())
    assert drawn.shape == (2, 1, side, side)
    assert gan.discriminate(drawn, torch.zeros(2, 3)).shape == (2,)


def test_losses_of_a_gan_whose_discriminator_knows_nothing():
    """The equilibrium of smoothed labels: 2 ln 2; the generator's ln 2 and three times what the predictor finds."""
    gan = physics_gan.build(physics_gan.Options(latent=4, width=4), (1, 16, 16), 3)
    for weight in gan.discriminator.parameters():
        torch.nn.init.zeros_(weight)
    condition = torch.tensor([[1.0, 0.5, -1.0], [0.0, 1.5, 1.0]])
    gan.physics = PhysicsLoss(Oracle([0.5, 0.0]), [1, 2], np.array([1.0, 2.0], np.float32))
    batch = {"x": torch.zeros(2, 1, 16, 16), "condition": condition}
    loss, logs = gan.loss(batch, seeded(), "discriminator")
    assert loss.item() == pytest.approx(2 * math.log(2))
    assert float(logs["d_real"]) == float(logs["d_fake"]) == 0.5
    loss, logs = gan.loss(batch, seeded(), "generator")
    off = (0 + 0.5**2 + 1 + 0.5**2) / 4  # of 0.5, 1.5 on a range of 1 and -1, 1 on a range of 2
    assert float(logs["physics_loss"]) == pytest.approx(off)
    assert float(logs["adversarial_loss"]) == pytest.approx(math.log(2))
    assert loss.item() == pytest.approx(math.log(2) + 3 * off)
    assert float(logs["constant_guess"]) == pytest.approx((0.25 + 0.25 + 2.25 + 0.25) / 4)


def test_labels_are_smoothed_on_both_sides():
    """A discriminator that is sure (logit 2 of everything) pays -ln sigmoid(2) 0.9 + ..., for each of the two."""
    gan = physics_gan.build(physics_gan.Options(latent=4, width=4), (1, 16, 16), 3)
    gan.discriminate = lambda x, condition: torch.full((len(x),), 2.0)
    loss, _ = gan.loss({"x": torch.zeros(2, 1, 16, 16), "condition": torch.zeros(2, 3)}, seeded(), "discriminator")
    yes, no = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    assert loss.item() == pytest.approx(0.9 * yes + 0.1 * no + 0.1 * yes + 0.9 * no)


def test_the_physics_term_moves_the_generator_and_not_the_predictor():
    predictor = physics_predictor.build(physics_predictor.Options(width=4), (1, 16, 16), 2).eval()
    gan = physics_gan.build(physics_gan.Options(latent=4, width=4), (1, 16, 16), 3)
    gan.physics = PhysicsLoss(predictor, [1, 2], np.ones(2, np.float32))
    gan.physics(gan.generate(torch.zeros(2, 4), torch.zeros(2, 3)), torch.ones(2, 3)).backward()
    assert any(weight.grad is not None and weight.grad.abs().max() > 0 for weight in gan.generator.parameters())
    assert all(weight.grad is None for weight in predictor.parameters())
    assert not [name for name in gan.state_dict() if "physics" in name], "no part of the weights"


COLUMNS = {
    "class": np.array([0, 1, 2, 0]),
    "flux": np.array([1.0, 10.0, 100.0, 1000.0]),
    "theta": np.array([0.0, 30.0, 60.0, 90.0]),
}


def describe(stage, condition):
    return StageDescription("m", {}, (1, 8, 8), {"kind": "linear"}, condition, stage=stage)


def test_attributes_count_on_the_range_of_the_data():
    """The lowest predicted as the highest is an error of 1, in decades for logarithms; an angle off by 90 degrees."""
    described = fit_conditions(COLUMNS, {})
    requested = torch.from_numpy(apply_conditions(COLUMNS, described))
    predictor = TrainedPredictor(Oracle(requested[3, 3:].tolist()), describe("p", described[1:]))
    term = physics_loss(predictor, describe("s", described))
    assert float(term(torch.zeros(1, 1), requested[:1])) == pytest.approx((1 + 1 + 0) / 3)
    assert float(term(torch.zeros(1, 1), requested[3:])) == pytest.approx(0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"stretch": {"kind": "asinh"}}, "stretch asinh"), ({"condition": [{"name": "flux"}]}, "condition flux")],
)
def test_a_predictor_of_other_data_is_refused(changed, words):
    condition = fit_conditions(COLUMNS, {})
    predictor = TrainedPredictor(Oracle([0.0]), replace(describe("p", condition[1:]), **changed))
    with pytest.raises(ValueError, match=f"predictor p: its {words} is not that of this stage"):
        physics_loss(predictor, describe("s", condition))


def diffusion(shape=(1,), n_condition=0, **options):
    return physics_diffusion.build(
        physics_diffusion.Options(**{"width": 8, "factors": [1], **options}), shape, n_condition
    )


def test_published_schedule_ends_far_from_noise_and_the_fair_one_does_not():
    published, fair = diffusion(), diffusion(beta_low=1e-3, beta_high=0.2)
    assert published.evaluations == len(published.beta) == 100
    assert published.beta[[0, -1]].tolist() == pytest.approx([1e-4, 0.02])
    assert float(published.signal[-1] ** 2) == pytest.approx(0.3636, abs=1e-3)
    assert float(fair.signal[-1] ** 2) < 3e-5


def test_noise_is_added_and_taken_out():
    model, t = diffusion(), torch.tensor([0, 50, 99])
    x, noise = torch.tensor([[0.5], [-1.0], [0.2]]), torch.tensor([[1.0], [2.0], [-0.3]])
    noisy = model.noised(x, noise, t)
    torch.testing.assert_close(model.clean(noisy, noise, t), x)
    assert float(noisy[0]) == pytest.approx(0.5 * math.sqrt(1 - 1e-4) + math.sqrt(1e-4))


def test_loss_of_diffusion_on_values_by_hand():
    """A network that says nothing pays the mean square of the noise, and the physics term three times over."""
    model = diffusion((1, 8, 8), 3)
    model.physics = PhysicsLoss(Oracle([0.5, 0.0]), [1, 2], np.array([1.0, 2.0], np.float32))
    batch = {"x": torch.zeros(64, 1, 8, 8), "condition": torch.tensor([[1.0, 0.5, -1.0]]).expand(64, 3)}
    loss, logs = model.loss(batch, seeded(), "all")
    assert float(logs["noise_loss"]) == pytest.approx(1, abs=0.1)
    assert float(logs["physics_loss"]) == pytest.approx(0.5**2 / 2)
    assert loss.item() == pytest.approx(float(logs["noise_loss"]) + 3 * 0.125)


def test_samples_of_a_schedule_that_ends_at_noise_stay_bounded():
    """Where the network says nothing, the shortcut takes the image for what is left: its samples keep their spread."""
    spread = {}
    for shortcut in (False, True):
        model = diffusion((1, 8, 8), beta_low=1e-3, beta_high=0.2, shortcut=shortcut).eval()
        with torch.no_grad():
            spread[shortcut] = float(model.sample(16, None, seeded()).std())
    assert spread[True] < 2 < 100 < spread[False]


@pytest.mark.parametrize("name", ["edm", "flow_matching", "physics_diffusion"])
def test_guidance_of_one_is_the_condition_alone_and_of_none_ignores_it(name):
    plugin, condition = plugins.load("models", name), torch.tensor([[1.0, -1.0], [0.5, 2.0]])
    drawn = {}
    for guidance in (0.0, 1.0, 2.0):
        torch.manual_seed(0)
        options = plugin.Options(width=8, factors=[1], n_steps=3, guidance=guidance)
        model = plugin.build(options, (1, 8, 8), 2).eval()
        for weight in model.parameters():
            torch.nn.init.normal_(weight, 0, 0.2, generator=seeded(len(weight)))
        answers = {}
        for kept in (True, False):
            t, conditioned = torch.tensor([0.5, 0.5]), torch.tensor([kept, kept])
            answers[kept] = model.network(torch.ones(2, 1, 8, 8), t, condition, conditioned)
        guided = model.guided(
            lambda kept, model=model, t=t: model.network(torch.ones(2, 1, 8, 8), t, condition, kept), 2, condition
        )
        expected = answers[False] + guidance * (answers[True] - answers[False])
        torch.testing.assert_close(guided, expected)
        with torch.no_grad():
            drawn[guidance] = [model.sample(2, factor * condition, seeded()) for factor in (1, -1)]
    assert torch.allclose(*drawn[0.0], atol=1e-5)
    assert not torch.allclose(*drawn[1.0], atol=1e-3)
    assert not torch.allclose(drawn[1.0][0], drawn[2.0][0], atol=1e-3)
