"""Trained generators: samples in the unit of their training data."""

import numpy as np
import torch

BATCH = 64  # fixed for each use: another size would change the last digits


class TrainedGenerator:
    """A trained network that draws samples: `generator(n, rng, condition)`.

    Parameters
    ----------
    module : networks.trainable.Trainable
        In evaluation mode, on its device.
    description : training.description.StageDescription
    batch : int
        Samples per forward pass, for callers that never request as many as `BATCH`.
    guidance : float or None
        Guidance scale of models with classifier-free guidance; None leaves the stage's.

    Attributes
    ----------
    evaluations : int
        Forward passes for all samples requested so far; those that only fill a batch are not counted.

    Raises
    ------
    ValueError
        If guidance is set for a model that has none.
    """

    def __init__(self, module, description, *, batch=BATCH, guidance=None):
        if guidance is not None:
            if module.guidance is None:
                raise ValueError(f"guidance: not supported by model {description.model}")
            module.guidance = guidance
        self.module, self.description, self.batch, self.evaluations = module, description, batch, 0
        self.device = next(module.parameters()).device

    def with_batch(self, size):
        """Return the generator with another number of samples per forward pass."""
        return TrainedGenerator(self.module, self.description, batch=size)

    @torch.no_grad()
    def __call__(self, n, rng, condition=None):
        """Return n samples.

        Parameters
        ----------
        n : int
        rng : numpy.random.Generator
            Its next draw seeds the network's, which draws on the CPU: a GPU samples the same to rounding. Batches are
            of a fixed size, the last one padded; maps are large, and their batch is at most n.
        condition : dict of str to (n,) array or None
            Requested attributes in physical units: the columns that the stage is conditioned on.

        Returns
        -------
        samples : (n, y, x), (n, y, x, band) or (n, k) float32

        Raises
        ------
        ValueError
            If a column is missing, a class unknown, or the columns have another length than n.
        """
        encoded = self.description.encode_condition(condition or {})
        if encoded is not None and len(encoded) != n:
            raise ValueError(f"{len(encoded)} conditions for {n} samples")
        self.evaluations += n * self.module.evaluations
        size = self.batch if encoded is None or encoded.ndim == 2 else min(self.batch, max(n, 1))
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        parts = [
            self.module.sample(size, self.batch_of(encoded, start, size), generator).float().cpu().numpy()
            for start in range(0, max(n, 1), size)
        ]
        return self.description.decode_samples(np.concatenate(parts)[:n])

    def batch_of(self, encoded, start, size):
        """Return a full batch of encoded conditions (n, ...); the last one is repeated to fill it."""
        if encoded is None:
            return None
        if not len(encoded):
            return torch.zeros((size, encoded.shape[1]), device=self.device)
        rows = np.minimum(np.arange(start, start + size), len(encoded) - 1)
        return torch.from_numpy(encoded[rows]).to(self.device)
