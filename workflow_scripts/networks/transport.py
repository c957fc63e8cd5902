"""What models share that carry noise to data step by step: the data's scale, what is told, guidance."""

import torch

from workflow_scripts.networks.trainable import Trainable, normal
from workflow_scripts.networks.unet import denoiser


class Transport(Trainable):
    """A network that is told a time and a condition, on data of mean 0 and a known deviation.

    Parameters
    ----------
    options : object
        `width`, `factors`, `lr`, `drop` (share of the conditions that are not told while training), `guidance` (weight
        of what is asked against what is not: 1 is none).
    shape : tuple
        (channel, y, x) or (k,).
    n_condition : int
    deviation : float
        Of the data, as the network sees them.
    """

    def __init__(self, options, shape, n_condition, deviation):
        super().__init__()
        self.options, self.shape, self.n_condition, self.deviation = options, tuple(shape), n_condition, deviation
        shown = {name: getattr(options, name) for name in ("centred", "patch") if hasattr(options, name)}
        self.network = denoiser(shape, options.width, options.factors, n_condition, **shown)
        self.guidance = options.guidance
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("scale", torch.ones(()))

    def prepare(self, x):
        """Take mean and deviation of the data."""
        self.mean.fill_(float(x.mean()))
        self.scale.fill_(float(x.std()) / self.deviation or 1.0)

    def told(self, condition, n, generator):
        """Return which conditions are told: `drop` of them are not, so that the network learns both."""
        if not self.n_condition:
            return None
        drawn = torch.rand((n,), generator=generator, device=generator.device)
        return (drawn >= self.options.drop).to(condition.device)

    def guided(self, run, n, condition, here=True):
        """Return what a run says with the condition, moved away from what it says without.

        Parameters
        ----------
        run : callable
            From `kept` (n,) bool to the network's answer.
        here : bool
            False leaves the guidance away: it takes a second evaluation.
        """
        if not self.n_condition:
            return run(None)
        asked = run(torch.ones(n, dtype=torch.bool, device=condition.device))
        if self.guidance == 1 or not here:
            return asked
        free = run(torch.zeros(n, dtype=torch.bool, device=condition.device))
        return free + self.guidance * (asked - free)

    def noise(self, n, generator):
        """Return standard normal noise (n, ...), in the shape of the data."""
        return normal((n, *self.shape), generator, next(self.network.parameters()))

    def spread_out(self, t, x):
        """Return numbers (n,) in a shape that multiplies data."""
        return t.view(-1, *[1] * (x.ndim - 1))

    def optimizer(self, phase):
        """Return Adam."""
        return torch.optim.Adam(self.parameters(), lr=self.options.lr, betas=(0.9, 0.99))
