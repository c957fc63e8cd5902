import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import mahalanobis_distance
from workflow_scripts.metrics.mahalanobis_distance import Options


def between(real, generated, shrinkage=0.0):
    pair = [Sample(values, np.arange(len(values))) for values in (real, generated)]
    return bind(mahalanobis_distance, Options(shrinkage=shrinkage)).between(*pair, None)


def test_the_distance_is_that_of_the_formula():
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3)), rng.normal(0.5, 1, (50, 3))
    apart = real.mean(axis=0) - generated.mean(axis=0)
    expected = np.sqrt(apart @ np.linalg.solve(np.cov(np.concatenate([real, generated]).T, ddof=0), apart))
    assert between(real, generated) == pytest.approx(expected)


def test_a_small_change_of_a_ratio_outweighs_a_large_common_scatter():
    rng = np.random.default_rng(0)
    common, own = rng.normal(0, 10, (400, 1)), rng.normal(0, 0.1, (400, 2))
    values = common + own
    assert between(values[:200], values[200:] + [0.2, 0]) > 0.9  # 0.2 of a scatter of 10, of a ratio's scatter of 0.14
    assert between(values[:200], values[200:] + 0.2) < 0.3


def test_constant_and_repeated_features_do_no_harm():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 1))
    values = np.column_stack([values, values, np.ones(60)])
    assert between(values[:30], values[30:], 0.005) < 1
