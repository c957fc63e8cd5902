"""EDM diffusion (Karras et al. 2022): a preconditioned network that always returns the denoised image."""

import math

import torch

from workflow_scripts.networks.trainable import normal
from workflow_scripts.networks.transport import Transport
from workflow_scripts.settings.bases.models import DiffusionOptions
from workflow_scripts.settings.contracts.models import Model

DECLARATION = Model(task="generate")

SIGMA_DATA = 0.5
SIGMA_MAX, RHO = 80.0, 7.0


class Options(DiffusionOptions):
    """Size, training noise and sampling."""


def build(options, shape, n_condition=0):
    """Return the model for images (channel, y, x) or vectors (k,) and conditions (n_condition,)."""
    return EDM(options, shape, n_condition)


class EDM(Transport):
    """Denoiser D(x, sigma) = c_skip x + c_out F(c_in x, ln(sigma) / 4), sampled along its deterministic flow."""

    def __init__(self, options, shape, n_condition):
        super().__init__(options, shape, n_condition, SIGMA_DATA)
        levels = noise_levels(options.n_steps, options.lowest)
        evaluated = levels[:-1] + (levels[1:-1] if options.solver == "heun" else [])
        unconditional = sum(map(self.guided_at, evaluated)) if options.guidance != 1 and n_condition else 0
        self.evaluations = len(evaluated) + unconditional

    def guided_at(self, level):
        """Return whether guidance acts at a noise level."""
        return self.options.guided_from <= level <= self.options.guided_to

    def denoise(self, x, sigma, condition, kept):
        """Return the denoised images of x (n, ...) with noise of standard deviations sigma (n,)."""
        total = (sigma**2 + SIGMA_DATA**2).sqrt()
        skip, out = self.per_example(SIGMA_DATA**2 / total**2, x), self.per_example(sigma * SIGMA_DATA / total, x)
        return skip * x + out * self.network(x / self.per_example(total, x), sigma.log() / 4, condition, kept)

    def loss(self, batch, generator, phase):
        """Return the weighted squared error of the denoised images."""
        x, condition = (batch["x"] - self.mean) / self.scale, batch.get("condition")
        sigma = (self.options.noise_mean + self.options.noise_std * normal((len(x),), generator, x)).exp()
        noise = self.per_example(sigma, x) * normal(x.shape, generator, x)
        kept = self.drop_conditions(condition, len(x), generator)
        weight = (sigma**2 + SIGMA_DATA**2) / (sigma * SIGMA_DATA) ** 2
        error = (self.denoise(x + noise, sigma, condition, kept) - x).square().flatten(1).mean(dim=1)
        return (weight * error).mean(), {}

    def sample(self, n, condition, generator):
        """Return n samples, in the network's range."""
        levels = noise_levels(self.options.n_steps, self.options.lowest)
        solve = getattr(self, self.options.solver)
        return solve(levels[0] * self.noise(n, generator), levels, condition) * self.scale + self.mean

    def heun(self, x, levels, condition):
        """Return the end of the flow dx / dsigma = (x - D) / sigma, by the mean slope of both ends of a step."""
        for now, then in zip(levels[:-1], levels[1:], strict=True):
            slope = (x - self.clean(x, now, condition)) / now
            moved = x + (then - now) * slope
            if then > 0:
                slope = (slope + (moved - self.clean(moved, then, condition)) / then) / 2
                moved = x + (then - now) * slope
            x = moved
        return x

    def multistep(self, x, levels, condition):
        """Return the end of the flow, with D at the middle of each step extrapolated linearly in ln(sigma)."""
        previous, step = None, None
        for now, then in zip(levels[:-1], levels[1:], strict=True):
            clean = middle = self.clean(x, now, condition)
            if then > 0:
                last, step = step, math.log(now / then)
                middle = clean if previous is None else clean + (clean - previous) * step / (2 * last)
            x, previous = middle + then / now * (x - middle), clean
        return x

    def clean(self, x, level, condition):
        """Return the denoised images at one noise level, guided where guidance acts."""
        sigma = torch.full((len(x),), level, device=x.device, dtype=x.dtype)
        active = self.guided_at(level)
        return self.guided(lambda kept: self.denoise(x, sigma, condition, kept), len(x), condition, active)


def noise_levels(n, lowest=0.002):
    """Return the noise levels (standard deviations) of n steps, falling from 80 to the lowest, and 0."""
    high, low = SIGMA_MAX ** (1 / RHO), lowest ** (1 / RHO)
    return [*((high + i / (n - 1) * (low - high)) ** RHO for i in range(n)), 0.0]
