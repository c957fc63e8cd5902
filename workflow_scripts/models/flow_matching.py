"""Flow matching (Lipman et al. 2023) along straight lines from noise to data."""

import torch

from workflow_scripts.networks.transport import Transport
from workflow_scripts.settings.bases.models import TransportOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate")


class Options(TransportOptions):
    """Size, optimisation and sampling; a step of Heun's method takes two evaluations, with guidance four."""

    n_steps: int = option(8, "Number of steps of Heun's method.", ge=1)


def build(options, shape, n_condition=0):
    """Return the model for images (channel, y, x) or vectors (k,) and conditions (n_condition,)."""
    return FlowMatching(options, shape, n_condition)


class FlowMatching(Transport):
    """The velocity of x_t = (1 - t) x_0 + t x_1, from noise x_0 to data x_1."""

    def __init__(self, options, shape, n_condition):
        super().__init__(options, shape, n_condition, 1.0)
        self.evaluations = 2 * options.n_steps * (1 if options.guidance == 1 or not n_condition else 2)

    def loss(self, batch, generator, phase):
        """Return the squared error of the velocity."""
        x, condition = (batch["x"] - self.mean) / self.scale, batch.get("condition")
        start = self.noise(len(x), generator)
        t = torch.rand((len(x),), generator=generator, device=generator.device).to(x)
        kept = self.drop_conditions(condition, len(x), generator)
        fraction = self.per_example(t, x)
        velocity = self.network((1 - fraction) * start + fraction * x, t, condition, kept)
        return (velocity - (x - start)).square().mean(), {}

    def sample(self, n, condition, generator):
        """Return n samples by Heun's method, in the network's range."""
        x, step = self.noise(n, generator), 1 / self.options.n_steps
        for number in range(self.options.n_steps):
            first = self.velocity(x, number * step, condition)
            second = self.velocity(x + step * first, (number + 1) * step, condition)
            x = x + step * (first + second) / 2
        return x * self.scale + self.mean

    def velocity(self, x, time, condition):
        """Return dx / dt at one time."""
        t = torch.full((len(x),), time, device=x.device, dtype=x.dtype)
        return self.guided(lambda kept: self.network(x, t, condition, kept), len(x), condition)
