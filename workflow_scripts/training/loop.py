"""The one training loop."""

import logging
import math

import torch

from workflow_scripts.training.devices import average_gradients, noise_of, share_of
from workflow_scripts.training.ema import Average
from workflow_scripts.training.resume import (
    load_state,
    optimizer_tensors,
    restore_optimizer,
    save_state,
    to_arrays,
    to_tensors,
)
from workflow_scripts.training.validation import find_divergence, sliced_wasserstein

LOOKED_AT = 64  # samples drawn at a time: they shall not take more memory than a training step
WARM_UP = 100  # steps, of a learning rate that falls afterwards
N_SHOWN = 16  # samples kept for the sample grid at each checkpoint


class Training:
    """A model in training: it can go on, be checked, be saved and be restored.

    Parameters
    ----------
    fabric : lightning.fabric.Fabric
    module : networks.trainable.Trainable
    batches : training.data.Batches
    valid : (n, ...) tensor
        Unseen examples, on the device.
    settings : dict
        `batch`, `ema_decay`; `anneal`: the steps over which the learning rate falls to 0, None leaves it.
    generator : torch.Generator
        Drives batches, augmentation and latent vectors; on the device.
    valid_score : (n,) tensor or None
        Scores of the unseen examples, for a network that tells them.
    valid_condition : (n, k) tensor or None
        What the unseen examples are, for a network that is asked for it.
    """

    def __init__(self, fabric, module, batches, valid, settings, generator, valid_score=None, valid_condition=None):
        self.fabric, self.batches, self.settings, self.generator = fabric, batches, settings, generator
        self.average = Average(module.to(fabric.device), settings["ema_decay"])
        self.module = fabric.setup_module(module)
        self.module.mark_forward_method("loss")
        self.plain = module
        self.phases = tuple(dict.fromkeys(module.phases))
        self.optimizers = {phase: fabric.setup_optimizers(module.optimizer(phase)) for phase in self.phases}
        self.parameters = {phase: module.trained_in(phase) for phase in self.phases}
        self.valid, self.valid_score, self.valid_condition = valid, valid_score, valid_condition
        self.data_spread = float(valid.std(dim=0).mean())
        self.rates = {
            phase: [group["lr"] for group in optimizer.param_groups] for phase, optimizer in self.optimizers.items()
        }
        self.step, self.history, self.shown = 0, [], []
        self.looking_seed = generator.initial_seed() % 2**32

    def advance(self):
        """Do one step: every phase in turn, then the average. Return the mean of what each phase logged."""
        logged = {}
        for phase in self.plain.phases:
            batch = share_of(self.batches.draw(self.settings["batch"], self.generator), self.fabric)
            for other in self.phases:
                for parameter in self.parameters[other]:
                    parameter.requires_grad_(False)
            for parameter in self.parameters[phase]:
                parameter.requires_grad_(True)
            self.optimizers[phase].zero_grad(set_to_none=True)
            with self.fabric.no_backward_sync(self.module, enabled=self.fabric.world_size > 1):
                loss, logs = self.module.loss(batch, noise_of(self.generator, self.fabric), phase)
                self.fabric.backward(loss)
            average_gradients(self.parameters[phase], self.fabric)
            if self.plain.largest_gradient:
                torch.nn.utils.clip_grad_norm_(self.parameters[phase], self.plain.largest_gradient)
            self.set_rates(phase)
            self.optimizers[phase].step()
            self.plain.after_step(phase)
            for name, value in {f"{phase}_loss": loss.detach(), **logs}.items():
                logged.setdefault(name, []).append(value)
        self.step += 1
        self.average.update(self.plain, self.step)
        return {name: torch.stack(values).mean() for name, values in logged.items()}

    def set_rates(self, phase):
        """Let the learning rate rise over the first steps and fall to 0 at the last one, where that is asked."""
        length = self.settings.get("anneal")
        if length:
            share = min(1.0, (self.step + 1) / WARM_UP) * (1 - self.step / length)
            for group, rate in zip(self.optimizers[phase].param_groups, self.rates[phase], strict=True):
                group["lr"] = rate * max(share, 0.0)

    @torch.no_grad()
    def examine(self, logged):
        """Sample from the average, record the history; raise where the training has diverged.

        The samples come from a generator of their own, so that looking does not change the training.
        """
        if not self.plain.generates:
            self.examine_predictions(logged)
            return
        generator = torch.Generator(self.fabric.device).manual_seed(self.looking_seed + self.step)
        samples = self.look(max(len(self.valid), N_SHOWN), generator)
        losses = {name: float(torch.stack(values).mean()) for name, values in logged.items()}
        wrong = find_divergence(losses, samples, self.data_spread)
        if wrong:
            raise ValueError(f"training diverged at step {self.step}: {wrong}")
        distance = sliced_wasserstein(samples[: len(self.valid)], self.valid, generator)
        self.history.append({"step": self.step, **losses, "valid_distance": distance})
        self.shown.append(samples[:N_SHOWN].float().cpu())
        logging.info("step %d: %s", self.step, ", ".join(f"{k} {v:.4g}" for k, v in self.history[-1].items()))

    def look(self, n, generator):
        """Return n samples of the average, asked for what the unseen examples are, in fixed batches."""
        condition, parts = self.valid_condition, []
        for start in range(0, n, LOOKED_AT):
            rows = torch.arange(start, min(start + LOOKED_AT, n))
            asked = None if condition is None else condition[(rows % len(condition)).to(condition.device)]
            parts.append(self.average.module.sample(len(rows), asked, generator))
        return torch.cat(parts)

    def examine_predictions(self, logged):
        """Record the losses and the average's mean absolute error on unseen images; `shown` keeps its predictions."""
        wanted = self.valid_score if self.plain.target == "score" else self.valid_condition
        losses = {name: float(torch.stack(values).mean()) for name, values in logged.items()}
        said = torch.cat([self.average.module.predict(part) for part in self.valid.split(self.settings["batch"])])
        error = float((said - wanted).abs().mean())
        bad = [name for name, value in {**losses, "the error": error}.items() if not math.isfinite(value)]
        if bad:
            raise ValueError(f"training diverged at step {self.step}: {', '.join(bad)} is not finite")
        self.history.append({"step": self.step, **losses, "valid_distance": error})
        self.shown.append(said.float().cpu())
        logging.info("step %d: %s", self.step, ", ".join(f"{k} {v:.4g}" for k, v in self.history[-1].items()))

    def tensors(self):
        """Return all that a later job needs to go on, as named arrays."""
        arrays = to_arrays("module.", self.plain.state_dict())
        arrays |= to_arrays("average.", self.average.module.state_dict())
        for phase, optimizer in self.optimizers.items():
            arrays |= to_arrays(f"optimizer.{phase}.", optimizer_tensors(optimizer))
        arrays["generator"] = self.generator.get_state().numpy()
        return arrays | ({"shown": torch.stack(self.shown).numpy()} if self.shown else {})

    def restore(self, state):
        """Go back to where a checkpoint was written."""
        self.step, arrays, self.history = state
        self.plain.load_state_dict(to_tensors("module.", arrays))
        self.average.module.load_state_dict(to_tensors("average.", arrays))
        for phase, optimizer in self.optimizers.items():
            restore_optimizer(optimizer, to_tensors(f"optimizer.{phase}.", arrays))
        self.generator.set_state(torch.from_numpy(arrays["generator"]))
        self.shown = list(torch.from_numpy(arrays["shown"])) if "shown" in arrays else []


def train(training, steps, checkpoint_every, folder, key):
    """Train up to a number of steps, from the last checkpoint of this key if there is one.

    Parameters
    ----------
    training : Training
    steps, checkpoint_every : int
    folder : Path
        State folder, locked by the caller.
    key : str

    Raises
    ------
    ValueError
        Where the training diverges; the last good checkpoint stays in the folder.
    """
    state = load_state(folder, key)
    if state:
        training.restore(state)
        logging.info("going on from step %d", training.step)
    logged = {}
    while training.step < steps:
        for name, value in training.advance().items():
            logged.setdefault(name, []).append(value)
        if training.step % checkpoint_every == 0 or training.step == steps:
            training.examine(logged)
            logged = {}
            if training.fabric.is_global_zero:
                save_state(folder, key, training.step, training.tensors(), training.history)
