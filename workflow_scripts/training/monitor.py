"""Monitoring of a training: at each checkpoint the averaged model is compared with held-out data."""

import logging
import math
from abc import ABC, abstractmethod

import torch

from workflow_scripts.networks.trainable import Task
from workflow_scripts.training.resume import to_arrays, to_tensors
from workflow_scripts.training.validation import find_divergence, sliced_wasserstein

N_VALID = 512  # held-out examples, at most
N_EVALUATIONS = 4096  # forward passes per checkpoint: limits the examples of models that sample in many steps
LEAST_VALID = 64
BATCH = 64  # samples drawn at a time, so that they take no more memory than a training step
N_SAMPLES = 16  # samples kept for the sample grid at each checkpoint


class Monitor(ABC):
    """Record of a training at its checkpoints, with the weights of the best one for `keep: best`.

    Parameters
    ----------
    held_out : training.data.Examples
        Tensors on the device.
    keep : {"last", "best"}
        `best` keeps the averaged weights of the checkpoint with the smallest validation distance.

    Attributes
    ----------
    history : list of dict
        Per checkpoint `step`, the means of what was logged since the one before, and `valid_distance`.
    outputs : list of tensor
        Per checkpoint samples, or predictions for the held-out images.
    """

    def __init__(self, held_out, keep="last"):
        self.held_out, self.keep = held_out, keep
        self.history, self.outputs, self.best, self.logged = [], [], None, {}

    def collect(self, logs):
        """Add the logs of a step to those since the last checkpoint."""
        for name, value in logs.items():
            self.logged.setdefault(name, []).append(value)

    @torch.no_grad()
    def examine(self, training):
        """Record a checkpoint without changing the training.

        Raises
        ------
        ValueError
            If the training has diverged.
        """
        losses = {name: float(torch.stack(values).mean()) for name, values in self.logged.items()}
        distance, outputs, fault = self.evaluate(training.average.module, training.step, losses)
        if fault:
            raise ValueError(f"training diverged at step {training.step}: {fault}")
        if self.keep == "best" and distance < min((row["valid_distance"] for row in self.history), default=math.inf):
            self.best = {name: value.clone() for name, value in training.average.module.state_dict().items()}
        self.history.append({"step": training.step, **losses, "valid_distance": distance})
        self.outputs.append(outputs.float().cpu())
        self.logged = {}
        logging.info("step %d: %s", training.step, ", ".join(f"{k} {v:.4g}" for k, v in self.history[-1].items()))

    @abstractmethod
    def evaluate(self, module, step, losses):
        """Return the validation distance of a model, some samples or its predictions, and a fault or None."""

    def weights(self, training):
        """Return the averaged weights of the trained stage, as named arrays."""
        return to_arrays("", training.average.module.state_dict() if self.best is None else self.best)

    def tensors(self):
        """Return the state needed to resume, besides the history, as named arrays."""
        arrays = to_arrays("best.", self.best or {})
        return arrays | ({"outputs": torch.stack(self.outputs).numpy()} if self.outputs else {})

    def restore(self, arrays, history):
        """Return to the checkpoint whose `tensors` and history these are."""
        self.history = history
        self.outputs = list(torch.from_numpy(arrays["outputs"])) if "outputs" in arrays else []
        self.best = to_tensors("best.", arrays) or None


class GeneratorMonitor(Monitor):
    """Monitor of a generator: the sliced Wasserstein distance of its samples from held-out examples.

    Parameters
    ----------
    held_out, keep
        As of `Monitor`.
    seed : int
        Seed of the samples, which have their own random generator: monitoring does not change the training.
    """

    def __init__(self, held_out, seed, keep="last"):
        super().__init__(held_out, keep)
        self.seed, self.data_std = seed % 2**32, float(held_out.x.std(dim=0).mean())

    def evaluate(self, module, step, losses):
        """Return the distance, some samples, and a sign of divergence or None."""
        real = self.held_out.x
        generator = torch.Generator(real.device).manual_seed(self.seed + step)
        samples = self.sample(module, max(len(real), N_SAMPLES), generator)
        fault = find_divergence(losses, samples, self.data_std)
        return sliced_wasserstein(samples[: len(real)], real, generator), samples[:N_SAMPLES], fault

    def sample(self, module, n, generator):
        """Return n samples for the conditions of the held-out examples, in fixed batches."""
        condition, parts = self.held_out.condition, []
        for start in range(0, n, BATCH):
            rows = torch.arange(start, min(start + BATCH, n))
            requested = None if condition is None else condition[(rows % len(condition)).to(condition.device)]
            parts.append(module.sample(len(rows), requested, generator))
        return torch.cat(parts)


class PredictorMonitor(Monitor):
    """Monitor of a predictor: its mean absolute error on held-out images.

    Parameters
    ----------
    held_out, keep
        As of `Monitor`; predictions are compared with the scores, or without scores with the conditions.
    batch : int
        Images predicted at a time.
    """

    def __init__(self, held_out, batch, keep="last"):
        super().__init__(held_out, keep)
        self.batch = batch
        self.target = held_out.condition if held_out.score is None else held_out.score

    def evaluate(self, module, step, losses):
        """Return the error, the predictions, and the names of quantities that are not finite or None."""
        predicted = torch.cat([module.predict(part) for part in self.held_out.x.split(self.batch)])
        error = float((predicted - self.target).abs().mean())
        bad = [name for name, value in {**losses, "the error": error}.items() if not math.isfinite(value)]
        return error, predicted, f"{', '.join(bad)} is not finite" if bad else None


def monitor_for(module, held_out, *, seed, batch, keep):
    """Return the monitor for the task of a model."""
    if module.task == Task.GENERATE:
        return GeneratorMonitor(held_out, seed, keep)
    return PredictorMonitor(held_out, batch, keep)


def n_valid(module):
    """Return the number of held-out examples for monitoring, which should cost less than training."""
    return max(LEAST_VALID, min(N_VALID, N_EVALUATIONS // module.evaluations))
