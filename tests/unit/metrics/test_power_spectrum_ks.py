import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import power_spectrum_ks
from workflow_scripts.metrics.power_spectrum_ks import Options, discoveries


def sample(values):
    return Sample(values, np.arange(len(values)))


def test_discoveries_by_hand():
    # rate times rank over 4: 0.0125 0.025 0.0375 0.05; 0.03 is the last that passes, and takes 0.026 along
    assert discoveries(np.array([0.03, 0.9, 0.01, 0.026]), 0.05).tolist() == [True, False, True, True]
    assert not discoveries(np.array([0.2, 0.9]), 0.05).any()


def test_the_wave_numbers_that_differ_are_counted():
    rng, metric = np.random.default_rng(0), bind(power_spectrum_ks, Options())
    shift = np.repeat([0.0, 3.0], [6, 2])
    real, other = rng.normal(size=(200, 8)), rng.normal(size=(200, 8)) + shift
    assert metric.between(sample(real), sample(other), rng) == pytest.approx(0.25)
    assert metric.between(sample(real), sample(real), rng) == 0
