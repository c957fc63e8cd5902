import numpy as np
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from workflow_scripts.metrics._distributions import Sorted


@pytest.mark.parametrize("decimals", [8, 0])  # 0: many ties
def test_gaps_and_areas_are_those_of_scipy(decimals):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(65, 5)).round(decimals)
    one, other = np.arange(40), rng.integers(40, 65, 30)  # some given twice
    pool = Sorted.of(values)
    pairs = list(zip(values[one].T, values[other].T, strict=True))
    assert pool.largest(one, other) == pytest.approx([ks_2samp(*pair).statistic for pair in pairs])
    assert pool.wasserstein(one, other) == pytest.approx([wasserstein_distance(*pair) for pair in pairs])
