import pytest
import torch
from torch import nn

from workflow_scripts.training.ema import Average


def constant(value):
    module = nn.Linear(2, 1)
    for weight in module.parameters():
        nn.init.constant_(weight, value)
    return module


def test_a_known_average():
    module = constant(1.0)
    average = Average(module, 0.5)
    expected = 1.0
    for step, value in enumerate((3.0, -1.0, 4.0), 1):
        module = constant(value)
        average.update(module, step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * value
        assert float(average.module.bias) == pytest.approx(expected)


def test_late_steps_use_the_decay_of_the_options():
    average = Average(constant(0.0), 0.9)
    average.update(constant(1.0), 10_000)
    assert float(average.module.bias) == pytest.approx(0.1)


def test_counters_are_copied_and_statistics_averaged():
    module = nn.BatchNorm1d(2)
    average = Average(module, 0.5)
    module(torch.randn(20, 2) + 10)
    average.update(module, 1000)
    assert average.module.num_batches_tracked == module.num_batches_tracked == 1
    torch.testing.assert_close(average.module.running_mean, module.running_mean / 2)
    assert not any(weight.requires_grad for weight in average.module.parameters())
