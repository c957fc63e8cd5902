"""The base of diffusion and flow models: scaling of the data, dropout of conditions, classifier-free guidance."""

import torch

from workflow_scripts.networks.trainable import Trainable, normal
from workflow_scripts.networks.unet import denoiser


class Transport(Trainable):
    """A denoiser conditioned on time and attributes, for data of mean 0 and a known standard deviation.

    Parameters
    ----------
    options : object
        `width`, `factors`, `lr`, `drop` (probability of dropping the condition of a training example), `guidance`
        (guidance scale: 1 is none).
    shape : tuple
        (channel, y, x) or (k,).
    n_condition : int
    deviation : float
        Standard deviation of the data that the network is trained on.
    """

    def __init__(self, options, shape, n_condition, deviation):
        super().__init__()
        self.options, self.shape, self.n_condition, self.deviation = options, tuple(shape), n_condition, deviation
        self.network = self.new_network()
        self.guidance = options.guidance
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("scale", torch.ones(()))

    def new_network(self):
        """Return the untrained network."""
        layout = {name: getattr(self.options, name) for name in ("centred", "patch") if hasattr(self.options, name)}
        return denoiser(self.shape, self.options.width, self.options.factors, self.n_condition, **layout)

    def prepare(self, x):
        """Take mean and standard deviation of the data."""
        self.mean.fill_(float(x.mean()))
        self.scale.fill_(float(x.std()) / self.deviation or 1.0)

    def drop_conditions(self, condition, n, generator):
        """Return which examples keep their condition, (n,) bool; the others train the unconditional model."""
        if not self.n_condition:
            return None
        drawn = torch.rand((n,), generator=generator, device=generator.device)
        return (drawn >= self.options.drop).to(condition.device)

    def guided(self, denoise, n, condition, active=True):
        """Return the denoiser's output under classifier-free guidance (Ho and Salimans 2022).

        Parameters
        ----------
        denoise : callable
            From `kept` (n,) bool, whether the condition is given, to the output.
        active : bool
            False evaluates the conditional output alone.
        """
        if not self.n_condition:
            return denoise(None)
        conditional = denoise(torch.ones(n, dtype=torch.bool, device=condition.device))
        if self.guidance == 1 or not active:
            return conditional
        unconditional = denoise(torch.zeros(n, dtype=torch.bool, device=condition.device))
        return unconditional + self.guidance * (conditional - unconditional)

    def noise(self, n, generator):
        """Return standard normal noise (n, ...), in the shape of the data."""
        return normal((n, *self.shape), generator, next(self.network.parameters()))

    def per_example(self, t, x):
        """Return one number per example, (n,), in a shape that broadcasts against data."""
        return t.view(-1, *[1] * (x.ndim - 1))

    def optimizer(self, phase):
        """Return Adam."""
        return torch.optim.Adam(self.parameters(), lr=self.options.lr, betas=(0.9, 0.99))
