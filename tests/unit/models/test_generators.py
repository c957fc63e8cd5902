"""What every generator has to do: learn from a batch, sample the right shape, the same twice, on any size."""

import pytest
import torch
from torch import nn

from workflow_scripts.models import position_gan
from workflow_scripts.settings import plugins

SMALL = {
    "dcgan": {"latent": 4, "width": 4},
    "edm": {"width": 8, "factors": (1, 2), "n_steps": 3},
    "flow_matching": {"width": 8, "factors": (1, 2), "n_steps": 2},
    "physics_diffusion": {"width": 8, "factors": (1, 2), "n_steps": 3},
    "physics_gan": {"latent": 4, "width": 4},
    "position_gan": {"latent": 4, "width": 4},
    "r3gan": {"latent": 4, "width": 8},
    "size_conditional_gan": {"latent": 4, "width": 4, "embedding": 5},
    "vae": {"latent": 4, "width": 4},
    "wgan": {"latent": 4, "width": 4},
}
CONDITIONAL = ("edm", "flow_matching", "physics_diffusion", "physics_gan", "r3gan", "size_conditional_gan")
CASES = [(name, (1, 16, 16)) for name in SMALL] + [
    ("edm", (3, 18, 18)),
    ("r3gan", (3, 20, 20)),
    ("flow_matching", (5,)),
]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def build(name, shape, **more):
    plugin = plugins.load("models", name)
    n_condition = 3 if name in CONDITIONAL else 0
    torch.manual_seed(0)
    model = plugin.build(plugin.Options(**{**SMALL[name], **more}), shape, n_condition)
    x = (
        torch.randint(2, (6, *shape), generator=seeded()).float()
        if name == "position_gan"
        else torch.randn((6, *shape), generator=seeded()).clamp(-1, 1)
    )
    model.prepare(x)
    batch = {"x": x} | ({"condition": torch.randn((6, 3), generator=seeded(1))} if n_condition else {})
    return model, batch


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_steps_and_samples(name, shape):
    model, batch = build(name, shape)
    optimizers = {phase: model.optimizer(phase) for phase in dict.fromkeys(model.phases)}
    generator = seeded()
    for phase in (*model.phases, *model.phases):
        loss, logs = model.loss(batch, generator, phase)
        assert loss.isfinite()
        assert all(one.isfinite() and not one.requires_grad for one in logs.values())
        optimizers[phase].zero_grad()
        loss.backward()
        optimizers[phase].step()
        model.after_step(phase)
    model.eval()
    with torch.no_grad():
        one, same = (model.sample(6, batch.get("condition"), seeded(7)) for _ in range(2))
        other = model.sample(6, batch.get("condition"), seeded(8))
    assert one.shape == (6, *shape)
    assert one.isfinite().all()
    assert torch.equal(one, same)
    assert name == "position_gan" or not torch.equal(one, other)


@pytest.mark.parametrize("name", CONDITIONAL)
def test_the_condition_reaches_the_samples_after_training(name):
    model, batch = build(name, (1, 16, 16))
    generator = seeded()
    for _ in range(3):
        for phase in dict.fromkeys(model.phases):
            optimizer = model.optimizer(phase)
            model.loss(batch, generator, phase)[0].backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        one, other = (model.sample(6, factor * batch["condition"], seeded()) for factor in (1, -1))
    assert not torch.equal(one, other)


@pytest.mark.parametrize("name", sorted(set(SMALL) - set(CONDITIONAL)))
def test_a_condition_that_a_model_cannot_take_is_refused(name):
    plugin = plugins.load("models", name)
    with pytest.raises(ValueError, match=f"model {name} takes no condition"):
        plugin.build(plugin.Options(**SMALL[name]), (1, 16, 16), 2)


@pytest.mark.parametrize(("name", "network"), [("wgan", "critic"), ("r3gan", "critic"), ("r3gan", "generator")])
def test_no_normalisation_and_no_sigmoid(name, network):
    model, _ = build(name, (1, 32, 32))
    wrong = (nn.modules.batchnorm._NormBase, nn.GroupNorm, nn.LayerNorm, nn.Sigmoid, nn.Tanh)
    assert not [layer for layer in getattr(model, network).modules() if isinstance(layer, wrong)]


def test_evaluations_are_counted():
    """As stated: the number of times that a network is run for one batch."""
    multistep = {"solver": "multistep", "guidance": 2.0, "guided_to": 10.0}  # of its three steps two are guided
    for name, options, expected in (
        ("edm", {}, 5),
        ("edm", multistep, 5),
        ("flow_matching", {}, 4),
        ("r3gan", {}, 1),
        ("dcgan", {}, 1),
    ):
        model, batch = build(name, (1, 16, 16), **options)
        network = getattr(model, "network", getattr(model, "generator", None))
        calls = []
        network.register_forward_hook(lambda *_, calls=calls: calls.append(1))
        with torch.no_grad():
            model.eval().sample(6, batch.get("condition"), seeded())
        assert len(calls) == model.evaluations == expected


def test_published_numbers_of_evaluations():
    for name, expected in (("edm", 35), ("flow_matching", 16)):
        plugin = plugins.load("models", name)
        assert plugin.build(plugin.Options(), (1, 32, 32), 3).evaluations == expected
        assert plugin.build(plugin.Options(guidance=2.0), (1, 32, 32), 3).evaluations == 2 * expected


@pytest.mark.parametrize("name", ["edm", "physics_diffusion"])
def test_a_centred_network_takes_images_and_vectors(name):
    for shape in ((3, 18, 18), (5,)):
        model, batch = build(name, shape, centred=True, patch=2)
        assert model.loss(batch, seeded(), "all")[0].isfinite()
        with torch.no_grad():
            assert model.eval().sample(2, batch["condition"][:2], seeded()).shape == (2, *shape)


def test_a_centred_r3gan_takes_images_of_any_side_and_shows_its_critic_the_condition():
    for side, patch in ((16, 2), (18, 4), (32, 4)):
        model, batch = build("r3gan", (3, side, side), centred=True, patch=patch)
        for phase in model.phases:
            assert model.loss(batch, seeded(), phase)[0].isfinite()
        assert model.sample(6, batch["condition"], seeded()).shape == (6, 3, side, side)
        with torch.no_grad():
            model.critic.projection.weight.zero_(), model.critic.projection.bias.zero_()  # the sketch alone tells
            one, other = (model.critic(batch["x"], factor * batch["condition"]) for factor in (1, -1))
        assert not torch.equal(one, other)
    model, batch = build("r3gan", (1, 16, 16), centred=False)
    assert model.critic.sketch is None


def test_cells_of_one_class_can_be_drawn_too():
    """A network that says the same of every cell sets some of them, and others the next time."""
    model, _ = build("position_gan", (1, 8, 8), drawn=True)
    for weight in model.generator.parameters():
        torch.nn.init.zeros_(weight)
    cells = model.eval().sample(400, None, seeded())
    assert cells.shape == (400, 1, 8, 8)
    assert set(cells.unique().tolist()) == {0.0, 1.0}
    assert float(cells.mean()) == pytest.approx(0.5, abs=0.02)
    sign, _ = build("position_gan", (1, 8, 8))
    for weight in sign.generator.parameters():
        torch.nn.init.zeros_(weight)
    assert len(sign.eval().sample(400, None, seeded()).unique()) == 1


def test_classes_that_are_drawn_are_as_frequent_as_the_softmax_says():
    chance = torch.tensor([0.9, 0.07, 0.03])
    z = torch.randn((40000, 3), generator=seeded())
    found = torch.bincount((chance.log() + position_gan.gumbel(z)).argmax(dim=1), minlength=3) / len(z)
    assert torch.allclose(found, chance, atol=0.005)  # three deviations
    model, _ = build("position_gan", (1, 8, 8), classes=3, drawn=True)
    with torch.no_grad():
        model.generator.requires_grad_(False).apply(lambda layer: [one.zero_() for one in layer.parameters(False)])
    share = (model.sample(200, None, seeded()) == 0).float().mean()
    assert abs(share - 1 / 4) < 0.012


def test_grids_of_classes_are_classes():
    model, _ = build("position_gan", (1, 8, 8), classes=3)
    x = torch.randint(4, (6, 1, 8, 8), generator=seeded()).float()
    assert model.loss({"x": x}, seeded(), "discriminator")[0].isfinite()
    drawn = model.eval().sample(50, None, seeded())
    assert set(drawn.unique().tolist()) <= {0.0, 1.0, 2.0, 3.0}
    with pytest.raises(ValueError, match="cells hold values from 0 to 5; with classes: 3"):
        model.prepare(torch.full((1, 1, 8, 8), 5.0) * torch.eye(8))


def test_hard_cells_have_the_gradient_of_soft_ones():
    model, _ = build("position_gan", (1, 8, 8), classes=2)
    z = torch.randn((2, 4), generator=seeded())
    cells = model.generate(z, None)
    assert torch.allclose(cells.sum(dim=1), torch.ones(2, 8, 8))
    assert torch.allclose(cells, cells.round(), atol=1e-6)
    cells.square().sum().backward()
    assert any(weight.grad.abs().max() > 0 for weight in model.generator.parameters())


def test_the_discriminator_of_sizes_is_normalised_unless_it_is_disabled():
    """Without it all sources of a class came out alike."""
    for normalise in (True, False):
        model, _ = build("size_conditional_gan", (1, 16, 16), normalise=normalise)
        assert any(isinstance(layer, nn.BatchNorm2d) for layer in model.discriminator.modules()) is normalise


def test_the_first_denoised_image_of_an_untrained_edm_is_the_skip_alone():
    """c_skip x, as its formula says: the last layer starts at 0."""
    model, _ = build("edm", (1, 16, 16))
    x, sigma = torch.randn((2, 1, 16, 16), generator=seeded()), torch.tensor([0.5, 2.0])
    out = model.denoise(x, sigma, torch.zeros(2, 3), torch.ones(2, dtype=torch.bool))
    torch.testing.assert_close(out, x * (0.25 / (sigma**2 + 0.25)).view(2, 1, 1, 1))


def test_guidance_of_edm_acts_at_the_noise_levels_of_the_options_and_is_counted():
    options = {"n_steps": 12, "lowest": 0.15, "guidance": 1.3}
    everywhere, _ = build("edm", (1, 16, 16), **options)
    between, batch = build("edm", (1, 16, 16), **options, guided_from=0.5, guided_to=10.0)
    assert (everywhere.evaluations, between.evaluations) == (46, 33)
    seen = []
    between.denoise = lambda x, sigma, condition, kept: seen.append((float(sigma[0]), bool(kept[0]))) or x
    between.sample(6, batch["condition"], seeded())
    assert len(seen) == 33
    assert all(0.5 <= sigma <= 10 for sigma, kept in seen if not kept)
