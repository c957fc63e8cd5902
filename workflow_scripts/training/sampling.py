"""Trained models as functions that return arrays."""

import numpy as np
import torch

BATCH = 64  # fixed: another size would change the last digits


class Sampler:
    """A trained model: `sampler(n, rng)` returns n samples in the units of its training data.

    Parameters
    ----------
    module : networks.trainable.Trainable
        In evaluation mode, on its device.
    invert : callable
        From the network's range back to the data's.
    """

    def __init__(self, module, invert):
        self.module, self.invert = module, invert
        self.device = next(module.parameters()).device

    @torch.no_grad()
    def __call__(self, n, rng, condition=None):
        """Return n samples.

        Parameters
        ----------
        n : int
        rng : numpy.random.Generator
            Its next draw seeds the network's, which draws on the CPU: a GPU samples the same to rounding. Batches are
            of a fixed size, the last one padded.
        condition : (n, k) array or None

        Returns
        -------
        samples : (n, y, x), (n, y, x, band) or (n, k) float32
        """
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        parts = []
        for start in range(0, n, BATCH):
            parts.append(self.module.sample(BATCH, self.padded(condition, start), generator).float().cpu().numpy())
        if not parts:
            parts = [self.module.sample(1, self.padded(condition, 0), generator).float().cpu().numpy()]
        samples = self.invert(np.concatenate(parts)[:n])
        if samples.ndim == 4:
            return samples[:, 0] if samples.shape[1] == 1 else np.moveaxis(samples, 1, -1)
        return samples

    def padded(self, condition, start):
        """Return a batch of conditions, the last one repeated to fill it."""
        if condition is None:
            return None
        rows = np.minimum(np.arange(start, start + BATCH), len(condition) - 1)
        return torch.from_numpy(np.asarray(condition, np.float32)[rows]).to(self.device)
