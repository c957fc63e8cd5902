"""Generators on data whose answer is known: a Gaussian, and images of requested brightness and size."""

import numpy as np
import pytest
import torch

from workflow_scripts.measuring.detection import detect
from workflow_scripts.settings import plugins
from workflow_scripts.training.conditions import apply_conditions, fit_conditions
from workflow_scripts.training.ema import Average


def trained(name, x, condition, steps, batch=256, **options):
    """Train a model on data in memory; return its average."""
    plugin = plugins.load("models", name)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = plugin.build(plugin.Options(**options), x.shape[1:], 0 if condition is None else condition.shape[1])
    model.prepare(x)
    optimizers = {phase: model.optimizer(phase) for phase in dict.fromkeys(model.phases)}
    average, generator = Average(model, 0.99), torch.Generator().manual_seed(1)
    for step in range(1, steps + 1):
        for phase in model.phases:
            rows = torch.randint(len(x), (batch,), generator=generator)
            chosen = {"x": x[rows]} | ({} if condition is None else {"condition": condition[rows]})
            optimizers[phase].zero_grad()
            model.loss(chosen, generator, phase)[0].backward()
            optimizers[phase].step()
            model.after_step(phase)
        average.update(model, step)
    return average.module


@pytest.mark.parametrize("name", ["edm", "flow_matching"])
def test_a_gaussian_is_recovered(name):
    """Mean and covariance of correlated numbers, to a few hundredths of their deviations.

    In 40 steps: Heun's method in 18, as published, widens a Gaussian by 5.5 % even with the exact denoiser.
    """
    rng = np.random.default_rng(0)
    mean, covariance = np.array([0.5, -0.2]), np.array([[0.30, 0.18], [0.18, 0.20]])
    x = torch.tensor(rng.multivariate_normal(mean, covariance, 20_000), dtype=torch.float32)
    model = trained(name, x, None, 1500, width=64, factors=(1, 1), lr=3e-3, n_steps=40)
    with torch.no_grad():
        drawn = model.sample(20_000, None, torch.Generator().manual_seed(2)).numpy()
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.025)


SCHEDULES = {
    "of a thousand steps": {"beta_low": 1e-4, "beta_high": 0.02, "n_steps": 1000},
    "fair": {"beta_low": 1e-3, "beta_high": 0.2},
    "published": {"beta_low": 1e-4, "beta_high": 0.02},
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_diffusion_with_the_exact_noise_of_a_gaussian(schedule):
    """Mean 0.3, deviation 0.5, correlated by 0.8: recovered by a thousand steps, by a hundred to a tenth.

    The published hundred steps start from pure noise where 0.36 of the variance should still be the image's: their mean
    is off. All three end where the recursion of mean and variance along each principal axis says.
    """
    plugin = plugins.load("models", "physics_diffusion")
    model = plugin.build(plugin.Options(width=8, factors=[1], **schedule), (2,))
    mean, covariance = torch.tensor([0.3, 0.3]), 0.25 * torch.tensor([[1.0, 0.8], [0.8, 1.0]])

    def exact(x, t, condition, kept):
        step = round(float(t[0]) * len(model.beta)) - 1
        signal, spread = model.signal[step], model.spread[step]
        return spread * (x - signal * mean) @ torch.linalg.inv(signal**2 * covariance + spread**2 * torch.eye(2))

    model.network.forward = exact
    with torch.no_grad():
        drawn = model.sample(40_000, None, torch.Generator().manual_seed(0)).numpy()
    spreads, axes = np.linalg.eigh(covariance.numpy())
    expected = [
        recursion(schedule, centre, spread) for centre, spread in zip(axes.T @ mean.numpy(), spreads, strict=True)
    ]
    np.testing.assert_allclose(drawn.mean(axis=0), axes @ [centre for centre, _ in expected], atol=0.01)
    np.testing.assert_allclose(np.cov(drawn.T), axes * [spread for _, spread in expected] @ axes.T, atol=0.006)
    if schedule["beta_high"] * schedule.get("n_steps", 100) > 10:
        np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.01)
        np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.006 if "n_steps" in schedule else 0.03)
    else:
        assert drawn.mean() < 0.25


def recursion(schedule, centre, spread):
    """Return mean and variance of what a hundred exact steps make of standard noise, for one number."""
    beta = np.linspace(schedule["beta_low"], schedule["beta_high"], schedule.get("n_steps", 100))
    kept = np.cumprod(1 - beta)
    mean, variance = 0.0, 1.0
    for t in reversed(range(len(beta))):
        pull = beta[t] / (kept[t] * spread + 1 - kept[t])  # of x_t towards its mean
        factor = (1 - pull) / np.sqrt(1 - beta[t])
        mean = factor * mean + pull * np.sqrt(kept[t]) * centre / np.sqrt(1 - beta[t])
        added = beta[t] * (1 - kept[t - 1]) / (1 - kept[t]) if t else 0.0
        variance = factor**2 * variance + added
    return mean, variance


@pytest.mark.parametrize(
    ("name", "steps", "least", "options"),
    [
        ("edm", 300, 0.95, {"width": 8, "factors": (1, 2)}),
        ("flow_matching", 350, 0.95, {"width": 8, "factors": (1, 2)}),
        ("physics_gan", 150, 0.8, {"width": 8, "latent": 8, "lr": 1e-3}),
        ("r3gan", 120, 0.8, {"width": 8, "latent": 8, "lr": 2e-3, "gamma": 0.1, "warm_up": 100}),
    ],
)
def test_images_have_the_requested_brightness(name, steps, least, options):
    rng = np.random.default_rng(0)
    condition = rng.uniform(-1, 1, (2000, 1)).astype(np.float32)
    y, x = np.mgrid[-8:8, -8:8]
    blob = np.exp(-(x**2 + y**2) / 18.0)
    images = 0.5 * (1 + condition[:, :, None, None]) * blob + 0.02 * rng.standard_normal((2000, 1, 16, 16))
    model = trained(
        name, torch.tensor(images, dtype=torch.float32), torch.tensor(condition), steps, batch=32, **options
    )
    requested = torch.linspace(-0.9, 0.9, 64)[:, None]
    with torch.no_grad():
        drawn = model.sample(64, requested, torch.Generator().manual_seed(2))[:, 0].numpy()
    flux = (drawn * blob).sum(axis=(1, 2)) / (blob**2).sum()
    expected = 0.5 * (1 + requested[:, 0].numpy())
    assert np.corrcoef(flux, expected)[0, 1] > least


def exact_edm(**options):
    """Return an EDM with the exact denoiser of a Gaussian of deviation 0.5."""
    edm = plugins.load("models", "edm")
    model = edm.build(edm.Options(width=8, factors=(1,), **options), (1,))
    model.denoise = lambda x, sigma, condition, kept: x * (0.25 / (sigma**2 + 0.25))[:, None]
    return model


def widened(model):
    """Return by how much the flow's end is too wide: with this denoiser it is known, and the same for all samples."""
    model.noise = lambda n, generator: torch.ones((n, 1), dtype=torch.float64)
    return float(model.sample(1, None, None)) / (80 * 0.5 / np.hypot(80, 0.5)) - 1


def test_heuns_method_is_as_published():
    """With the exact denoiser of a Gaussian of deviation 0.5 the 18 levels from 80 to 0.002 widen it by 5.5 %."""
    edm = plugins.load("models", "edm")
    drawn = exact_edm().sample(200_000, None, torch.Generator().manual_seed(0))
    assert float(drawn.std()) == pytest.approx(0.5276, abs=0.004)
    assert edm.noise_levels(18)[0] == pytest.approx(80)
    assert edm.noise_levels(18)[-2:] == [pytest.approx(0.002), 0]


@pytest.mark.parametrize(("solver", "evaluations"), [("heun", 159), ("multistep", 80)])
def test_both_solvers_are_of_second_order(solver, evaluations):
    """Twice the steps, a quarter of the error."""
    models = [exact_edm(n_steps=n_steps, solver=solver) for n_steps in (40, 80)]
    some, few = map(widened, models)
    assert models[1].evaluations == evaluations
    assert 0.002 < few < 0.003
    assert some / few == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(("n_steps", "lowest", "wider"), [(17, 0.08, 0.009), (20, 0.02, 0.033), (14, 0.05, 0.034)])
def test_few_steps_of_the_multistep_solver_widen_a_gaussian_little(n_steps, lowest, wider):
    """As the stages of config.yaml draw; the last jump takes away some of what the steps add."""
    model = exact_edm(n_steps=n_steps, lowest=lowest, solver="multistep")
    assert widened(model) == pytest.approx(wider, abs=0.001)


def size_class(images):
    """Return the class of size of each image's largest source, as the detection code finds it."""
    options = dict.fromkeys(("threshold_sigma", "deblend_thresholds", "deblend_contrast", "background_box"), 1)
    found = [detect(one, method="threshold", threshold=75, min_area=3, **options)[0]["npix"] for one in images]
    return np.digitize([max(npix, default=0) for npix in found], [24, 70]) + 1


def test_sources_have_the_requested_class_of_size():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-8:8, -8:8]
    edge = np.sqrt(rng.choice([12, 42, 115], 1200) * rng.uniform(0.8, 1.2, 1200) / np.pi)[:, None, None]
    images = rng.uniform(120, 180, 1200)[:, None, None] / (1 + np.exp(3 * (np.hypot(x, y) - edge)))
    classes = {"size_class": size_class(images)}
    described = fit_conditions(classes, {})
    requested = np.repeat([1, 2, 3], 50)
    condition, known = (apply_conditions({"size_class": one}, described) for one in (requested, classes["size_class"]))
    scaled = torch.tensor(images / 100 - 1, dtype=torch.float32)[:, None]
    options = {"latent": 8, "width": 8, "embedding": 8, "lr_generator": 3e-3, "lr_discriminator": 3e-3, "label": 0.9}
    model = trained("size_conditional_gan", scaled, torch.tensor(known), 220, batch=32, **options)
    with torch.no_grad():
        drawn = model.sample(150, torch.tensor(condition), torch.Generator().manual_seed(3))[:, 0].numpy()
    assert (size_class(100 * (drawn + 1)) == requested).mean() > 0.9


def test_a_predictor_recovers_a_known_attribute():
    """The brightness of a blob is predicted to a tenth of its spread; the second number is not in the image."""
    rng = np.random.default_rng(0)
    condition = rng.uniform(-1, 1, (2000, 2)).astype(np.float32)
    y, x = np.mgrid[-8:8, -8:8]
    blob = np.exp(-(x**2 + y**2) / 18.0)
    images = 0.5 * (1 + condition[:, :1, None, None]) * blob + 0.02 * rng.standard_normal((2000, 1, 16, 16))
    images = torch.tensor(images, dtype=torch.float32)
    model = trained("physics_predictor", images[:1800], torch.tensor(condition[:1800]), 200, batch=32, width=8)
    with torch.no_grad():
        off = (model.predict(images[1800:]).numpy() - condition[1800:]).std(axis=0) / condition[1800:].std(axis=0)
    assert off[0] < 0.1
    assert 0.9 < off[1] < 1.2
