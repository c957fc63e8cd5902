import numpy as np
import pytest
from scipy import stats

from workflow_scripts.blending.noise import standard_normal


@pytest.mark.parametrize("shape", [(1,), (3, 5), (16, 17, 2)])
def test_shapes(shape):
    deviates = standard_normal(shape, np.random.default_rng(0))
    assert deviates.shape == shape
    assert deviates.dtype == np.float32


def test_deviates_are_normal_and_independent():
    deviates = standard_normal((1000, 1001), np.random.default_rng(0)).astype(float)
    flat = deviates.ravel()
    assert flat.mean() == pytest.approx(0, abs=5e-3)
    assert flat.var() == pytest.approx(1, abs=5e-3)
    assert stats.kstest(flat, "norm").pvalue > 1e-3
    assert stats.kurtosis(flat) == pytest.approx(0, abs=0.02)
    assert np.sum(np.abs(flat) > 4) == pytest.approx(len(flat) * 2 * stats.norm.sf(4), abs=35)
    half = len(flat) // 2
    for one, other in ((flat[:-1], flat[1:]), (flat[:half], flat[-half:]), (flat[:half] ** 2, flat[-half:] ** 2)):
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(0, abs=7e-3)
