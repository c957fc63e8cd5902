import numpy as np
import pytest
from scipy.stats import ks_2samp

from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics.power_spectrum_ks import Options, discoveries, largest_gap, measure


def sample(values):
    return Sample(values, np.arange(len(values)))


@pytest.mark.parametrize("decimals", [8, 0])  # 0: many ties
def test_the_gap_is_that_of_scipy(decimals):
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(40, 5)).round(decimals), rng.normal(0.3, 1, (25, 5)).round(decimals)
    expected = [ks_2samp(a, b).statistic for a, b in zip(one.T, other.T, strict=True)]
    assert largest_gap(one, other) == pytest.approx(expected)


def test_discoveries_by_hand():
    # rate times rank over 4: 0.0125 0.025 0.0375 0.05; 0.03 is the last that passes, and takes 0.026 along
    assert discoveries(np.array([0.03, 0.9, 0.01, 0.026]), 0.05).tolist() == [True, False, True, True]
    assert not discoveries(np.array([0.2, 0.9]), 0.05).any()


def test_the_wave_numbers_that_differ_are_counted():
    rng = np.random.default_rng(0)
    shift = np.repeat([0.0, 3.0], [6, 2])
    real, other = rng.normal(size=(200, 8)), rng.normal(size=(200, 8)) + shift
    assert measure(sample(real), sample(other), Options(), rng) == pytest.approx(0.25)
    assert measure(sample(real), sample(real), Options(), rng) == 0


def test_a_rate_beyond_one_is_refused():
    with pytest.raises(ValueError, match="rate: above 0"):
        Options(rate=1.0)
