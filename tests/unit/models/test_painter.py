"""The painter learns what a map asks for, at the size of the training images and in windows of larger ones."""

import pytest
import torch

from workflow_scripts.models.painter import Options, build

SMALL = Options(width=8, factors=(1, 2), n_steps=4, solver="multistep", overlap=8, lr=0.003)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def maps(n, shape, seed=0):
    """Return maps of one plane with squares at random places."""
    places = torch.rand((n, 1, *shape), generator=seeded(seed)) < 0.004
    return torch.nn.functional.max_pool2d(places.float(), 5, 1, 2)


def painted(sketch, seed=1):
    """Return what is to be painted: the map with noise on its sources, and the map."""
    return torch.cat([sketch * (1 + 0.1 * torch.randn(sketch.shape, generator=seeded(seed))), sketch], dim=1)


@pytest.fixture(scope="module")
def trained():
    """Return a painter after a short training."""
    torch.manual_seed(0)
    sketch = maps(64, (32, 32))
    x = painted(sketch)
    model, generator = build(SMALL, (2, 32, 32), 1), seeded(2)
    model.prepare(x)
    optimizer = model.optimizer("all")
    for _ in range(150):
        rows = torch.randint(64, (8,), generator=generator)
        optimizer.zero_grad()
        model.loss({"x": x[rows], "condition": sketch[rows]}, generator, "all")[0].backward()
        optimizer.step()
    return model.eval()


@torch.no_grad()
def sample(model, sketch, seed=3):
    return model.sample(len(sketch), sketch, seeded(seed))


def test_it_paints_what_the_map_shows(trained):
    sketch = maps(8, (32, 32), seed=9)
    drawn = sample(trained, sketch)
    assert drawn.shape == (8, 2, 32, 32)
    assert drawn[:, 1][sketch[:, 0] == 1].mean() > 0.8
    assert drawn[:, 1][sketch[:, 0] == 0].mean() < 0.1


def test_another_seed_gives_other_noise_and_the_same_sources(trained):
    sketch = maps(4, (32, 32), seed=9)
    one, same, other = (sample(trained, sketch, seed) for seed in (3, 3, 4))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_large_fields_have_no_seam(trained):
    """The error of the painted weight is no larger across the border of windows than elsewhere."""
    sketch = maps(24, (32, 72), seed=5)
    error = (sample(trained, sketch)[:, 1] - sketch[:, 0]).abs()
    columns = error.mean(dim=(0, 1))
    steps = (sample(trained, sketch)[:, 1].diff(dim=2) - sketch[:, 0].diff(dim=2)).abs().mean(dim=(0, 1))
    for values in (columns[4:-4], steps[4:-4]):
        borders = values[[row - 4 for row in (20, 31, 40, 51)]]  # windows begin at 0, 20 and 40
        assert borders.mean() < values.mean() + 3 * values.std()


def test_a_field_of_several_windows_does_not_depend_on_its_neighbours_in_the_batch(trained):
    sketch = maps(2, (48, 48), seed=5)
    level, x = 0.5, torch.randn((2, 2, 48, 48), generator=seeded())
    with torch.no_grad():
        both, one = trained.clean(x, level, sketch), trained.clean(x[1:], level, sketch[1:])
    torch.testing.assert_close(both[1:], one, rtol=1e-4, atol=1e-5)


def test_planes_are_scaled_one_by_one():
    model = build(SMALL, (2, 16, 16), 1)
    x = torch.randn((32, 2, 16, 16), generator=seeded()) * torch.tensor([1.0, 50.0])[:, None, None]
    model.prepare(x + torch.tensor([0.0, 7.0])[:, None, None])
    assert model.mean.flatten().tolist() == pytest.approx([0, 7], abs=2)
    assert (model.scale[1] / model.scale[0]).item() == pytest.approx(50, rel=0.05)


@pytest.mark.parametrize(("shape", "n_condition"), [((2, 16, 16), 0), ((5,), 2)])
def test_a_painter_without_a_map_is_refused(shape, n_condition):
    with pytest.raises(ValueError, match="model painter needs images and a condition that is a map"):
        build(SMALL, shape, n_condition)
