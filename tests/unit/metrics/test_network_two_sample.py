import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import network_two_sample

METRIC = bind(network_two_sample, network_two_sample.Options())


def scores(values, blocks=None):
    values = np.array(values, float)
    return Sample(values[:, None], np.arange(len(values)) if blocks is None else np.array(blocks))


@pytest.mark.parametrize(
    ("real", "generated", "expected"),
    [([-2, -1], [1, 2], 1), ([1, 2], [-2, -1], 0), ([3, 3], [3, 3], 0.5), ([0.1, 0.5], [0.3, 0.9], 0.75)],
)
def test_known_scores(real, generated, expected):
    assert METRIC.between(scores(real), scores(generated), None) == expected


def test_p_is_uniform_where_both_samples_have_the_same_distribution():
    rng = np.random.default_rng(0)
    tiles = np.repeat(np.arange(9), 2)
    pairs = [[scores(rng.normal(size=18) + rng.normal(size=9)[tiles], tiles) for _ in range(2)] for _ in range(100)]
    p = np.array([permutation_p(*pair, METRIC, 19, rng) for pair in pairs])
    for level in (0.05, 0.25, 0.5, 0.75):
        assert (p <= level).mean() == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 100))


def test_p_is_small_where_the_scores_are_far_apart():
    rng = np.random.default_rng(0)
    assert permutation_p(scores(rng.normal(size=10)), scores(rng.normal(3, 1, 10)), METRIC, 99, rng) == 0.01
