"""Do the first step of a training on some CPU processes; the first one writes gradients and weights.

`two_processes.py N FILE`: it is started again for each further process, as a training on several GPUs is.
"""

import sys

import numpy as np
import torch
from torch import nn

from workflow_scripts.networks.trainable import Trainable
from workflow_scripts.training.data import Batches, Examples
from workflow_scripts.training.devices import launched
from workflow_scripts.training.loop import Schedule, Training


class Alternating(Trainable):
    """Two layers, trained in turn; no batch normalisation, nothing drawn in the loss."""

    phases = ("first", "second", "second")

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(6, 5), nn.Linear(5, 6)

    def loss(self, batch, generator, phase):
        loss = ((self.second(torch.tanh(self.first(batch["x"]))) - batch["x"]) ** 2).mean()
        return loss, {"again": loss.detach()}

    def trained_parameters(self, phase):
        return list(getattr(self, phase).parameters())

    def optimizer(self, phase):
        return torch.optim.SGD(self.trained_parameters(phase), lr=0.1)


def main(devices, file):
    torch.set_num_threads(1)
    fabric = launched("cpu", devices, "32-true")
    torch.manual_seed(1)
    module = Alternating()
    x = np.random.default_rng(2).normal(size=(64, 6)).astype(np.float32)
    batches = Batches(Examples(x), fabric.device, "none")
    schedule = Schedule(batch=16, ema_decay=0.9, steps=5, checkpoint_every=5)
    training = Training(fabric, module, batches, schedule, torch.Generator().manual_seed(3))
    training.advance()
    gradients = {name: value.grad.numpy() for name, value in module.named_parameters()}
    for _ in range(4):
        training.advance()
    if fabric.is_global_zero:
        np.savez(file, **gradients, **{f"{name}_after": value.numpy() for name, value in module.state_dict().items()})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
