import numpy as np
import pytest

from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics.manifold_overlap import Options, measure, overlap


def sample(values):
    return Sample(values, np.arange(len(values)))


def test_by_hand_on_a_line():
    """k = 1. Real radii 1 1 1; generated radii 0.5 0.5 9.5."""
    real, generated = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [0.5], [10.0]])
    assert overlap(real, generated, "precision", 1) == pytest.approx(2 / 3)  # 0 and 0.5 lie in a real ball
    assert overlap(real, generated, "recall", 1) == 1  # 10 reaches down to 0.5, 0 lies in a ball of 0.5
    assert overlap(real, generated, "density", 1) == pytest.approx(4 / 3)  # each in the balls of 0 and of 1
    assert overlap(real, generated, "coverage", 1) == pytest.approx(2 / 3)  # nothing within 1 of 2


@pytest.mark.parametrize("of", ["precision", "recall", "density", "coverage"])
def test_a_far_sample_does_not_overlap_and_a_good_one_does(of):
    rng = np.random.default_rng(0)
    real, good = sample(rng.normal(size=(300, 3))), sample(rng.normal(size=(300, 3)))
    far = sample(rng.normal(50, 1, (300, 3)))
    assert measure(real, good, Options(of), rng) > 0.85
    assert measure(real, far, Options(of), rng) == 0


def test_a_collapsed_sample_loses_diversity_and_keeps_quality():
    rng = np.random.default_rng(0)
    real, narrow = sample(rng.normal(size=(300, 3))), sample(rng.normal(0, 0.05, (300, 3)))
    assert measure(real, narrow, Options("precision"), rng) > 0.95
    assert measure(real, narrow, Options("recall"), rng) < 0.1
    assert measure(real, narrow, Options("coverage"), rng) < 0.6


def test_too_few_images_and_wrong_options():
    five = sample(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="5 images; at least 6 are needed"):
        measure(five, five, Options(), None)
    with pytest.raises(ValueError, match="of: precision"):
        Options(of="accuracy")
