"""Exponential moving average of weights."""

import copy

import torch


class Average:
    """Exponential moving average of a module's weights and buffers; the initial weights decay faster.

    Parameters
    ----------
    module : torch.nn.Module
    decay : float
        Per step; the first steps use (1 + t) / (10 + t) where that is less.
    """

    def __init__(self, module, decay):
        self.decay = decay
        self.module = copy.deepcopy(module).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, module, step):
        """Add the weights after a step (from 1) to the average; integer buffers are copied."""
        decay = min(self.decay, (1 + step) / (10 + step))
        averages, values = self.module.state_dict(), module.state_dict()
        floats = [name for name, value in values.items() if value.is_floating_point()]
        torch._foreach_lerp_([averages[name] for name in floats], [values[name] for name in floats], 1.0 - decay)
        for name in values.keys() - set(floats):
            averages[name].copy_(values[name])
