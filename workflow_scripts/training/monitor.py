"""Monitoring of a training: at each checkpoint the averaged model is held against data that it is not trained on."""

import logging
import math

import torch

from workflow_scripts.networks.trainable import Task
from workflow_scripts.training.resume import to_arrays, to_tensors
from workflow_scripts.training.validation import find_divergence, sliced_wasserstein

N_VALID = 512  # held-out examples, at most
N_EVALUATIONS = 4096  # forward passes per checkpoint: of a model that samples in many steps fewer examples are taken
LEAST_VALID = 64  # but no fewer than these
BATCH = 64  # samples drawn at a time, so that they take no more memory than a training step
N_SHOWN = 16  # samples kept for the sample grid at each checkpoint


class Monitor:
    """What is recorded of a training at its checkpoints, and the weights of the best one where they are kept.

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
    shown : list of tensor
        Per checkpoint samples, or predictions for the held-out images.
    """

    def __init__(self, held_out, keep="last"):
        self.held_out, self.keep = held_out, keep
        self.history, self.shown, self.best, self.logged = [], [], None, {}

    def collect(self, logs):
        """Add the logs of a step to those since the last checkpoint."""
        for name, value in logs.items():
            self.logged.setdefault(name, []).append(value)

    @torch.no_grad()
    def examine(self, training):
        """Record a checkpoint; the training itself is left as it is.

        Raises
        ------
        ValueError
            If the training has diverged.
        """
        losses = {name: float(torch.stack(values).mean()) for name, values in self.logged.items()}
        distance, shown, fault = self.evaluate(training.average.module, training.step, losses)
        if fault:
            raise ValueError(f"training diverged at step {training.step}: {fault}")
        if self.keep == "best" and distance < min((row["valid_distance"] for row in self.history), default=math.inf):
            self.best = {name: value.clone() for name, value in training.average.module.state_dict().items()}
        self.history.append({"step": training.step, **losses, "valid_distance": distance})
        self.shown.append(shown.float().cpu())
        self.logged = {}
        logging.info("step %d: %s", training.step, ", ".join(f"{k} {v:.4g}" for k, v in self.history[-1].items()))

    def evaluate(self, module, step, losses):
        """Return the validation distance of a model, what to show of it, and its fault or None."""
        raise NotImplementedError

    def weights(self, training):
        """Return the averaged weights that the trained stage consists of, as named arrays."""
        return to_arrays("", training.average.module.state_dict() if self.best is None else self.best)

    def tensors(self):
        """Return what a later job needs to go on, besides the history, as named arrays."""
        arrays = to_arrays("best.", self.best or {})
        return arrays | ({"shown": torch.stack(self.shown).numpy()} if self.shown else {})

    def restore(self, arrays, history):
        """Return to the checkpoint whose `tensors` and history these are."""
        self.history = history
        self.shown = list(torch.from_numpy(arrays["shown"])) if "shown" in arrays else []
        self.best = to_tensors("best.", arrays) or None


class GeneratorMonitor(Monitor):
    """Monitor of a generator: the sliced Wasserstein distance of its samples from held-out examples.

    Parameters
    ----------
    held_out, keep
        As of `Monitor`.
    seed : int
        Of the samples, which are drawn from a generator of their own: monitoring does not change the training.
    """

    def __init__(self, held_out, seed, keep="last"):
        super().__init__(held_out, keep)
        self.seed, self.data_std = seed % 2**32, float(held_out.x.std(dim=0).mean())

    def evaluate(self, module, step, losses):
        """Return the distance, some samples, and a sign of divergence or None."""
        real = self.held_out.x
        generator = torch.Generator(real.device).manual_seed(self.seed + step)
        samples = self.sample(module, max(len(real), N_SHOWN), generator)
        fault = find_divergence(losses, samples, self.data_std)
        return sliced_wasserstein(samples[: len(real)], real, generator), samples[:N_SHOWN], fault

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
        As of `Monitor`; predictions are held against its scores, or where it has none its conditions.
    batch : int
        Images predicted at a time.
    """

    def __init__(self, held_out, batch, keep="last"):
        super().__init__(held_out, keep)
        self.batch = batch
        self.target = held_out.condition if held_out.score is None else held_out.score

    def evaluate(self, module, step, losses):
        """Return the error, the predictions, and what is not finite or None."""
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
    """Return the number of held-out examples that a model is monitored on: it shall cost less than training."""
    return max(LEAST_VALID, min(N_VALID, N_EVALUATIONS // module.evaluations))
