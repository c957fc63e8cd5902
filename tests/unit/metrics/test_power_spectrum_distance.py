import numpy as np
import pytest

from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics.power_spectrum_distance import measure


def sample(values):
    values = np.asarray(values, float)
    return Sample(values, np.arange(len(values)))


def test_known_distances():
    one, two = sample([[0, 1], [2, 3]]), sample([[4, 6], [4, 6], [4, 6]])
    assert measure(one, two, None, None) == pytest.approx(np.sqrt((9 + 16) / 2))
    assert measure(one, one, None, None) == 0
    assert measure(two, one, None, None) == measure(one, two, None, None)


def test_a_factor_of_ten_in_power_is_one_dex():
    values = np.random.default_rng(0).normal(size=(5, 7))
    assert measure(sample(values), sample(values + 1), None, None) == pytest.approx(1)
