"""Monitoring of a training: it can be left out, changes nothing, and keeps the best weights for `keep: best`."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from workflow_scripts.networks.trainable import Task, Trainable
from workflow_scripts.training.data import Batches, Examples
from workflow_scripts.training.devices import launched
from workflow_scripts.training.loop import Schedule, Training, train
from workflow_scripts.training.monitor import GeneratorMonitor, PredictorMonitor, monitor_for
from workflow_scripts.training.resume import Checkpoints

DATA = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)


class Shift(Trainable):
    """Standard normal numbers and a shift that is learnt; the data are a standard normal."""

    task = Task.GENERATE

    def __init__(self):
        super().__init__()
        self.shift = nn.Parameter(torch.full((3,), 2.0))

    def loss(self, batch, generator, phase):
        loss = (self.shift - batch["x"]).square().mean()
        return loss, {"shift": self.shift.detach().mean()}

    def sample(self, n, condition, generator):
        return torch.randn((n, 3), generator=generator) + self.shift

    def optimizer(self, phase):
        return torch.optim.SGD(self.parameters(), lr=0.2)


class Worsening(Shift):
    """It moves away from the data."""

    def loss(self, batch, generator, phase):
        return -self.shift.mean(), {}


def make(module, keep="last", steps=12):
    training = Training(
        launched("cpu", 1, "32-true"),
        module,
        Batches(Examples(DATA), torch.device("cpu"), "none"),
        Schedule(batch=16, ema_decay=0.5, steps=steps, checkpoint_every=4),
        torch.Generator().manual_seed(1),
    )
    return training, GeneratorMonitor(Examples(torch.from_numpy(DATA)), 7, keep)


def weights(training):
    return {name: value.clone() for name, value in training.average.module.state_dict().items()}


def test_a_training_is_the_same_without_a_monitor():
    seen, monitor = make(Shift())
    train(seen, monitor)
    unseen, _ = make(Shift())
    train(unseen)
    assert torch.equal(weights(seen)["shift"], weights(unseen)["shift"])
    assert [row["step"] for row in monitor.history] == [4, 8, 12]
    distances = [row["valid_distance"] for row in monitor.history]
    assert distances == sorted(distances, reverse=True), "it comes nearer"


@pytest.mark.parametrize(("module", "best"), [(Shift, 12), (Worsening, 4)])
def test_the_best_weights_are_those_of_the_least_distance(module, best):
    reference, _ = make(module(), steps=best)
    train(reference)
    training, monitor = make(module(), "best")
    train(training, monitor)
    np.testing.assert_array_equal(monitor.weights(training)["shift"], weights(reference)["shift"].numpy())
    last, plain = make(module(), "last")
    train(last, plain)
    np.testing.assert_array_equal(plain.weights(last)["shift"], weights(training)["shift"].numpy())
    assert plain.tensors().keys() == {"outputs"}


@pytest.mark.parametrize("module", [Shift, Worsening])
def test_the_best_weights_outlive_an_interruption(tmp_path, module):
    whole, seen = make(module(), "best")
    train(whole, seen, Checkpoints(tmp_path, "other"))
    cut, lost = make(module(), "best", steps=8)
    train(cut, lost, Checkpoints(tmp_path, "key"))
    resumed, monitor = make(module(), "best")
    train(resumed, monitor, Checkpoints(tmp_path, "key"))
    np.testing.assert_array_equal(monitor.weights(resumed)["shift"], seen.weights(whole)["shift"])
    assert monitor.history == seen.history
    assert torch.equal(torch.stack(monitor.outputs), torch.stack(seen.outputs))


def test_a_predictor_is_held_against_its_target():
    class Mean(Trainable):
        task = Task.PREDICT_SCORE

        def predict(self, x):
            return x.mean(dim=1)

    x, score = torch.arange(12.0).reshape(4, 3), torch.tensor([1.0, 4.0, 8.0, 10.0])
    monitor = monitor_for(Mean(), Examples(x, score=score), seed=1, batch=3, keep="last")
    assert isinstance(monitor, PredictorMonitor)
    monitor.collect({"loss": torch.tensor(1.0)})
    monitor.collect({"loss": torch.tensor(3.0)})
    training = SimpleNamespace(average=SimpleNamespace(module=Mean()), step=5)
    monitor.examine(training)
    assert monitor.history == [{"step": 5, "loss": 2.0, "valid_distance": 0.25}]
    assert monitor.outputs[0].tolist() == [1.0, 4.0, 7.0, 10.0]
    monitor.collect({"loss": torch.tensor(float("nan"))})
    with pytest.raises(ValueError, match="training diverged at step 5: loss is not finite"):
        monitor.examine(training)
