"""The training loop: each step optimises every phase of a model in turn and updates the average of its weights."""

import logging
from dataclasses import dataclass

import torch

from workflow_scripts.training.devices import average_gradients, local_part, loss_generator
from workflow_scripts.training.ema import Average
from workflow_scripts.training.resume import optimizer_tensors, restore_optimizer, to_arrays, to_tensors

WARM_UP = 100  # steps over which an annealed learning rate rises first


@dataclass(frozen=True)
class Schedule:
    """Schedule of a training.

    Attributes
    ----------
    batch : int
        Examples per step, of all devices together.
    ema_decay : float
        Decay of the averaged weights per step.
    steps, checkpoint_every : int
    anneal : bool
        Whether the learning rate falls to 0 at the last step.
    """

    batch: int
    ema_decay: float
    steps: int
    checkpoint_every: int
    anneal: bool = False


class Training:
    """A model in training, whose state can be saved and restored.

    Parameters
    ----------
    fabric : lightning_fabric.Fabric
    module : networks.trainable.Trainable
    batches : training.data.Batches
    schedule : Schedule
    generator : torch.Generator
        Of batches, augmentation, latent vectors and noise; on the device.

    Attributes
    ----------
    step : int
        Steps done.
    average : training.ema.Average
        Of the weights: what a trained stage consists of.
    """

    def __init__(self, fabric, module, batches, schedule, generator):
        self.fabric, self.batches, self.schedule, self.generator = fabric, batches, schedule, generator
        self.average = Average(module.to(fabric.device), schedule.ema_decay)
        self.module, self.wrapped = module, fabric.setup_module(module)
        self.wrapped.mark_forward_method("loss")
        self.phases = tuple(dict.fromkeys(module.phases))
        self.optimizers = {phase: fabric.setup_optimizers(module.optimizer(phase)) for phase in self.phases}
        self.parameters = {phase: module.trained_parameters(phase) for phase in self.phases}
        self.rates = {
            phase: [group["lr"] for group in optimizer.param_groups] for phase, optimizer in self.optimizers.items()
        }
        self.step = 0

    def advance(self):
        """Do one step. Return the mean of what each phase logged, as a dict of str to scalar tensor."""
        logged = {}
        for phase in self.module.phases:
            for name, value in self.optimize(phase).items():
                logged.setdefault(name, []).append(value)
        self.step += 1
        self.average.update(self.module, self.step)
        return {name: torch.stack(values).mean() for name, values in logged.items()}

    def optimize(self, phase):
        """Do the optimiser's step of one phase on a new batch; return its loss and logs."""
        batch = local_part(self.batches.draw(self.schedule.batch, self.generator), self.fabric)
        self.freeze_all_but(phase)
        self.optimizers[phase].zero_grad(set_to_none=True)
        with self.fabric.no_backward_sync(self.wrapped, enabled=self.fabric.world_size > 1):
            loss, logs = self.wrapped.loss(batch, loss_generator(self.generator, self.fabric), phase)
            self.fabric.backward(loss)
        average_gradients(self.parameters[phase], self.fabric)
        if self.module.max_gradient_norm:
            torch.nn.utils.clip_grad_norm_(self.parameters[phase], self.module.max_gradient_norm)
        self.set_rates(phase)
        self.optimizers[phase].step()
        self.module.after_step(phase)
        return {f"{phase}_loss": loss.detach(), **logs}

    def freeze_all_but(self, phase):
        """Compute gradients of the parameters of one phase alone."""
        for other in self.phases:
            for parameter in self.parameters[other]:
                parameter.requires_grad_(False)
        for parameter in self.parameters[phase]:
            parameter.requires_grad_(True)

    def set_rates(self, phase):
        """Set the learning rates of an annealed training: they rise over the first steps and fall to 0 at the last."""
        if not self.schedule.anneal:
            return
        factor = min(1.0, (self.step + 1) / WARM_UP) * (1 - self.step / self.schedule.steps)
        for group, rate in zip(self.optimizers[phase].param_groups, self.rates[phase], strict=True):
            group["lr"] = rate * max(factor, 0.0)

    def tensors(self):
        """Return all that a later job needs to go on, as named arrays."""
        arrays = to_arrays("module.", self.module.state_dict())
        arrays |= to_arrays("average.", self.average.module.state_dict())
        for phase, optimizer in self.optimizers.items():
            arrays |= to_arrays(f"optimizer.{phase}.", optimizer_tensors(optimizer))
        return arrays | {"generator": self.generator.get_state().numpy()}

    def restore(self, step, arrays):
        """Return to the step whose `tensors` these are."""
        self.step = step
        self.module.load_state_dict(to_tensors("module.", arrays))
        self.average.module.load_state_dict(to_tensors("average.", arrays))
        for phase, optimizer in self.optimizers.items():
            restore_optimizer(optimizer, to_tensors(f"optimizer.{phase}.", arrays))
        self.generator.set_state(torch.from_numpy(arrays["generator"]))


def train(training, monitor=None, checkpoints=None):
    """Train to the end of the schedule, from the last checkpoint if there is one.

    Parameters
    ----------
    training : Training
    monitor : training.monitor.Monitor or None
        Examines the averaged model at each checkpoint; None trains without monitoring.
    checkpoints : training.resume.Checkpoints or None
        Store of the state; None: the training cannot be resumed.

    Raises
    ------
    ValueError
        If the monitor finds that the training has diverged; the last good checkpoint stays.
    """
    schedule = training.schedule
    if checkpoints and checkpoints.restore(training, monitor):
        logging.info("going on from step %d", training.step)
    while training.step < schedule.steps:
        logs = training.advance()
        if monitor:
            monitor.collect(logs)
        if training.step % schedule.checkpoint_every == 0 or training.step == schedule.steps:
            if monitor:
                monitor.examine(training)
            if checkpoints:
                checkpoints.save(training, monitor)
