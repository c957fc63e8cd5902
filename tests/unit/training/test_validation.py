import pytest
import torch

from workflow_scripts.training.validation import find_divergence, sliced_wasserstein


def generator():
    return torch.Generator().manual_seed(0)


def test_identical_sets_have_no_distance_in_any_order():
    a = torch.randn(50, 1, 4, 4, generator=generator())
    assert sliced_wasserstein(a, a.flip(0), generator()) == pytest.approx(0, abs=1e-6)


def test_the_distance_of_a_shift_is_its_mean_projection():
    """A shift by v moves every projection by |v . u|; on the line that is |v| itself."""
    line = torch.randn(50, 1, generator=generator())
    assert sliced_wasserstein(line, line + 3, generator()) == pytest.approx(3, rel=1e-5)
    a, v = torch.randn(50, 3, generator=generator()), torch.tensor([0.0, 4.0, 3.0])
    assert sliced_wasserstein(a, a + v, generator(), 20_000) == pytest.approx(5 / 2, rel=0.02)  # mean |cos| on a sphere


@pytest.mark.parametrize(
    ("losses", "samples", "words"),
    [
        ({"critic": 1.0}, torch.randn(20, 3, generator=generator()), None),
        ({"critic": float("nan"), "generator": 1.0}, torch.randn(20, 3), "^critic is not finite"),
        ({"critic": float("inf")}, torch.randn(20, 3), "not finite"),
        ({"critic": 1.0}, torch.full((20, 3), float("nan")), "samples are not finite"),
        ({"critic": 1.0}, torch.ones(20, 3), "collapsed to one"),
        ({"critic": 1.0}, torch.arange(60.0).reshape(1, 60).repeat(20, 1), "collapsed to one"),
    ],
)
def test_signs_of_divergence(losses, samples, words):
    import re

    found = find_divergence(losses, samples, 1.0)
    assert found is None if words is None else re.search(words, found)
