"""The published diffusion model (DDPM, Ho et al. 2020) with a physics term."""

import torch
from pydantic import model_validator

from workflow_scripts.networks.trainable import normal
from workflow_scripts.networks.transport import Transport
from workflow_scripts.settings.bases.models import Dropped, PhysicsOptions, TransportOptions
from workflow_scripts.settings.contracts.models import Model
from workflow_scripts.settings.declared import option

DECLARATION = Model(task="generate", uses_predictor=True)


class Options(TransportOptions, PhysicsOptions):
    """Size, schedule and optimisation.

    The variance added by a step grows linearly from `beta_low` to `beta_high`. As published (0.0001 to 0.02 in 100
    steps) the last one still holds 0.36 of the image's variance, but samples start from pure noise; ten times as much
    leaves 0.00002 of it.
    """

    beta_low: float = option(1e-4, "Variance added by the first step.", gt=0, lt=1)
    beta_high: float = option(0.02, "Variance added by the last step.", gt=0, lt=1)
    n_steps: int = option(100, "Number of steps of the diffusion.", ge=2)
    drop: Dropped = 0.0
    shortcut: bool = option(
        False,
        "Predict the difference to spread_t x_t, which nearly is the noise; needed where a schedule ends at noise.",
    )

    @model_validator(mode="after")
    def check_schedule(self):
        """Refuse a schedule that falls."""
        if self.beta_low > self.beta_high:
            raise ValueError(f"beta_low: {self.beta_low} is above beta_high, {self.beta_high}")
        return self


def build(options, shape, n_condition=0):
    """Return the model for images (channel, y, x) or vectors (k,) and conditions (n_condition,)."""
    return PhysicsDiffusion(options, shape, n_condition)


class PhysicsDiffusion(Transport):
    """A network that predicts the noise in x_t = signal_t x_0 + spread_t noise, which is removed step by step.

    Images are neither centred nor scaled. Time (sinusoidal in the publication), class and attributes enter every block
    of the U-Net.
    """

    def __init__(self, options, shape, n_condition):
        super().__init__(options, shape, n_condition, 1.0)
        beta = torch.linspace(options.beta_low, options.beta_high, options.n_steps, dtype=torch.float64)
        kept = (1 - beta).cumprod(0)  # alpha-bar of the paper
        for name, values in {"beta": beta, "signal": kept.sqrt(), "spread": (1 - kept).sqrt()}.items():
            self.register_buffer(name, values.float(), persistent=False)
        self.evaluations = options.n_steps * (1 if options.guidance == 1 or not n_condition else 2)

    def prepare(self, x):
        """Take no statistics of the data: they are neither centred nor scaled, as published."""

    def loss(self, batch, generator, phase):
        """Return the mean squared error of the noise, plus the weighted physics loss of the denoised images."""
        x, condition = batch["x"], batch.get("condition")
        t = torch.randint(len(self.beta), (len(x),), generator=generator, device=generator.device).to(x.device)
        noise, kept = normal(x.shape, generator, x), self.drop_conditions(condition, len(x), generator)
        noisy = self.noised(x, noise, t)
        predicted = self.predict_noise(noisy, t, condition, kept)
        loss = (predicted - noise).square().mean()
        if self.physics is None:
            return loss, {}
        # ASSUME: clipped to the images' range; at early steps they are far from all that the predictor was trained on.
        physics_loss = self.physics(self.clean(noisy, predicted, t).clamp(-1, 1), condition)
        logs = {"noise_loss": loss.detach(), "physics_loss": physics_loss.detach()}
        logs["constant_guess"] = self.physics.constant_guess(condition)
        return loss + self.options.physics_weight * physics_loss, logs

    def predict_noise(self, x, t, condition, kept):
        """Return the predicted noise in x_t (n, ...), at steps (n,)."""
        predicted = self.network(x, self.time(t), condition, kept)
        return predicted + self.per_example(self.spread[t], x) * x if self.options.shortcut else predicted

    def noised(self, x, noise, t):
        """Return x_t of x_0 (n, ...) and steps (n,), from 0."""
        return self.per_example(self.signal[t], x) * x + self.per_example(self.spread[t], x) * noise

    def clean(self, noisy, noise, t):
        """Return the x_0 that x_t and its noise imply."""
        return (noisy - self.per_example(self.spread[t], noisy) * noise) / self.per_example(self.signal[t], noisy)

    def time(self, t):
        """Return steps as times in (0, 1]."""
        return (t + 1).to(self.beta) / len(self.beta)

    def sample(self, n, condition, generator):
        """Return n samples: from pure noise, by ancestral sampling."""
        x = self.noise(n, generator)
        for step in reversed(range(len(self.beta))):
            x, deviation = self.posterior(x, step, condition)
            if step:
                x = x + deviation * self.noise(n, generator)
        return x

    def posterior(self, x, step, condition):
        """Return mean (n, ...) and standard deviation of x_(t-1), given x_t and the predicted noise in it."""
        t = torch.full((len(x),), step, device=x.device)
        noise = self.guided(lambda kept: self.predict_noise(x, t, condition, kept), len(x), condition)
        beta, spread = self.beta[step], self.spread[step]
        before = self.spread[step - 1] if step else torch.zeros_like(spread)
        return (x - beta / spread * noise) / (1 - beta).sqrt(), beta.sqrt() * before / spread

    def optimizer(self, phase):
        """Return Adam."""
        return torch.optim.Adam(self.parameters(), lr=self.options.lr)
