import numpy as np
import pytest

from workflow_scripts.judging.comparison import compare
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import manifold_overlap
from workflow_scripts.metrics.manifold_overlap import Options, neighbours


def sample(values):
    return Sample(values, np.arange(len(values)))


def measure(real, generated, options):
    return bind(manifold_overlap, options).between(real, generated, None)


def test_by_hand_on_a_line():
    """k = 1. Real radii 1 1 1; generated radii 0.4 0.4 9.5."""
    real, generated = sample(np.array([[0.0], [1.0], [2.0]])), sample(np.array([[0.1], [0.5], [10.0]]))
    # 0.1 and 0.5 lie in the balls of 0 and of 1; nothing within 1 of 2; 10 reaches down to 0.5, 0.1 holds 0
    expected = {"precision": 2 / 3, "recall": 1, "density": 4 / 3, "coverage": 2 / 3}
    found = {of: measure(real, generated, Options(of=of, neighbours=1)) for of in expected}
    assert found == pytest.approx(expected)


def test_a_crowd_between_neighbours_is_looked_through():
    """More images of the other sample than are looked at first lie nearer than the k-th neighbour."""
    rng = np.random.default_rng(0)
    real, crowd = sample(np.arange(10.0)[:, None]), sample(rng.uniform(4.4, 4.6, (300, 1)))
    assert measure(real, crowd, Options(of="precision")) == 1
    # 4.5 lies in all ten balls: their radii fall from 5 at the ends to 3 in the middle
    assert measure(real, crowd, Options(of="density")) == pytest.approx(10 / 5)


def test_images_given_twice_count_twice():
    values = np.array([[0.0], [1.0], [3.0], [0.2], [8.0], [9.0]])
    pool = manifold_overlap.prepare(sample(values), Options(of="precision", neighbours=1), None)
    one, other = pool.take([0, 1, 2]), pool.take([3, 3, 4])
    assert manifold_overlap.measure(one, other, Options(of="precision", neighbours=1), None) == pytest.approx(2 / 3)
    assert neighbours(values)[5].tolist() == [5, 4, 2, 1, 3, 0]


@pytest.mark.parametrize("of", ["precision", "recall", "density", "coverage"])
def test_a_far_sample_does_not_overlap_and_a_good_one_does(of):
    rng = np.random.default_rng(0)
    real, good = sample(rng.normal(size=(300, 3))), sample(rng.normal(size=(300, 3)))
    far = sample(rng.normal(50, 1, (300, 3)))
    assert measure(real, good, Options(of=of)) > 0.85
    assert measure(real, far, Options(of=of)) == 0


def test_a_collapsed_sample_loses_diversity_and_keeps_quality():
    rng = np.random.default_rng(0)
    real, narrow = sample(rng.normal(size=(300, 3))), sample(rng.normal(0, 0.05, (300, 3)))
    assert measure(real, narrow, Options(of="precision")) > 0.95
    assert measure(real, narrow, Options(of="recall")) < 0.1
    assert measure(real, narrow, Options(of="coverage")) < 0.6


@pytest.mark.parametrize("of", ["precision", "recall", "coverage"])
def test_equal_images_lie_in_each_others_balls(of):
    """More of them than are looked at first; and some beside others that are not equal."""
    assert measure(sample(np.ones((90, 2))), sample(np.ones((80, 2))), Options(of=of)) == 1
    rng = np.random.default_rng(0)
    real, other = (np.concatenate([np.zeros((20, 2)), rng.normal(shift, 1, (20, 2))]) for shift in (50, -50))
    assert measure(sample(real), sample(other), Options(of=of)) == 0.5


@pytest.mark.parametrize(("of", "highest"), [("precision", 1), ("recall", 1), ("coverage", 1), ("density", np.inf)])
def test_intervals_end_where_the_measure_does(of, highest):
    """Taking off the bias of repeated fields would move an interval that ends at 1 beyond it."""
    rng, metric = np.random.default_rng(0), bind(manifold_overlap, Options(of=of))
    real, other = (sample(rng.normal(size=(40, 2))) for _ in range(2))
    found = compare(real, other, metric, np.ones(9), 20, rng, rng)
    assert metric.limits == (0, highest)
    assert found.high == 1 if highest == 1 else found.high > 1


def test_too_few_images_are_refused():
    five = sample(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="5 images; at least 6 are needed"):
        measure(five, five, Options())
