import pytest
import torch
from torch import nn

from workflow_scripts.models.wgan import Options, build


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build(Options(latent=4, width=4, critic_steps=2), (1, 16, 16))


class Linear(nn.Module):
    """A critic that is linear with a gradient of a given length."""

    def __init__(self, length):
        super().__init__()
        weight = torch.randn(256, generator=generator())
        self.weight = length * weight / weight.norm()

    def forward(self, x):
        return x.flatten(1) @ self.weight


@pytest.mark.parametrize(("length", "excess"), [(1.0, 0.0), (3.0, 4.0), (0.5, 0.25)])
def test_the_gradient_penalty_of_a_linear_critic(model, length, excess):
    model.critic = Linear(length)
    real, fake = torch.randn(2, 6, 1, 16, 16, generator=generator())
    assert float(model.gradient_excess(real, fake, generator())) == pytest.approx(excess, abs=1e-5)


def test_the_penalty_pulls_the_gradient_and_reaches_the_weights(model):
    x = torch.randn(6, 1, 16, 16, generator=generator())
    model.gradient_excess(x, -x, generator()).backward()
    assert all(weight.grad is not None for name, weight in model.critic.named_parameters() if "weight" in name)


def test_the_critics_loss_is_minus_the_distance_where_the_penalty_is_zero(model):
    model.critic = Linear(1.0)
    model.generator.register_forward_hook(lambda *_: torch.full((6, 1, 16, 16), 0.25))
    real = torch.randn(6, 1, 16, 16, generator=generator())
    loss, logs = model.loss({"x": real}, generator(), "critic")
    distance = (real.flatten(1) @ model.critic.weight).mean() - 0.25 * model.critic.weight.sum()
    assert float(logs["wasserstein"]) == pytest.approx(float(distance), abs=1e-5)
    assert float(loss) == pytest.approx(-float(distance), abs=1e-5)


def test_clipping_clips_the_critic_alone():
    torch.manual_seed(0)
    model = build(Options(latent=4, width=4, penalty=0.0, clip=0.01), (1, 16, 16))
    before = [weight.clone() for weight in model.generator.parameters()]
    assert max(weight.abs().max() for weight in model.critic.parameters()) > 0.01
    model.after_step("generator")
    assert max(weight.abs().max() for weight in model.critic.parameters()) > 0.01
    model.after_step("critic")
    assert max(weight.abs().max().item() for weight in model.critic.parameters()) == pytest.approx(0.01)
    assert all(torch.equal(one, two) for one, two in zip(before, model.generator.parameters(), strict=True))
    assert isinstance(model.optimizer("critic"), torch.optim.RMSprop)


def test_with_a_penalty_nothing_is_clipped(model):
    before = [weight.clone() for weight in model.critic.parameters()]
    model.after_step("critic")
    assert all(torch.equal(one, two) for one, two in zip(before, model.critic.parameters(), strict=True))
    assert isinstance(model.optimizer("critic"), torch.optim.Adam)


def test_phases_and_what_they_train(model):
    assert model.phases == ("critic", "critic", "generator")
    ids = {phase: {id(weight) for weight in model.trained_parameters(phase)} for phase in ("critic", "generator")}
    assert not ids["critic"] & ids["generator"]
    assert ids["critic"] | ids["generator"] == {id(weight) for weight in model.parameters()}


def test_a_generators_phase_leaves_no_gradient_in_the_critic_that_a_step_would_use(model):
    for weight in model.critic.parameters():
        weight.requires_grad_(False)
    loss, _ = model.loss({"x": torch.zeros(4, 1, 16, 16)}, generator(), "generator")
    loss.backward()
    assert all(weight.grad is None for weight in model.critic.parameters())
    assert any(weight.grad.abs().sum() > 0 for weight in model.generator.parameters())
