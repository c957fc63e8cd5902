"""Trained models as functions that return arrays."""

import numpy as np
import torch

from workflow_scripts.training.conditions import apply_conditions, n_conditions
from workflow_scripts.training.resume import to_tensors

BATCH = 64  # fixed for each use: another size would change the last digits


def rebuild(plugin, arrays, about, device):
    """Return a trained network in evaluation mode.

    Parameters
    ----------
    plugin : module
        Of the model.
    arrays, about : dict
        What `formats.checkpoints.read_model` returns.
    device : str or torch.device
    """
    module = plugin.build(plugin.Options(**about["options"]), tuple(about["shape"]), n_conditions(about["condition"]))
    module.load_state_dict(to_tensors("", arrays))
    return module.to(device).eval()


@torch.no_grad()
def predictions(module, x):
    """Return what a network that does not generate says of images (n, channel, y, x), (n, k), in fixed batches."""
    device, parts = next(module.parameters()).device, []
    for start in range(0, len(x), BATCH):
        batch = torch.from_numpy(x[start : start + BATCH])
        padded = torch.cat([batch, batch[-1:].expand(BATCH - len(batch), *batch.shape[1:])])
        parts.append(module.predict(padded.to(device)).float().cpu().numpy()[: len(batch)])
    return np.concatenate(parts)


class Sampler:
    """A trained model: `sampler(n, rng)` returns n samples in the units of its training data.

    Parameters
    ----------
    module : networks.trainable.Trainable
        In evaluation mode, on its device.
    invert : callable
        From the network's range back to the data's.
    conditions : list of dict
        How physical columns become numbers (`training.conditions`); empty where the model takes none.
    guidance : float or None
        Weight of what is asked against what is not, of models that know both; None leaves that of the stage.
    batch : int
        Samples made together, for callers that never ask for as many as `BATCH`.

    Attributes
    ----------
    evaluations : int
        Of the network, for all samples that were asked for until now; those that fill a batch are not counted.

    Raises
    ------
    ValueError
        Where guidance is asked of a model that takes none.
    """

    def __init__(self, module, invert, conditions=(), guidance=None, batch=BATCH):
        if guidance is not None:
            if not hasattr(module, "guidance"):
                raise ValueError(f"guidance: {type(module).__name__} takes none: it is for diffusion and flow matching")
            module.guidance = guidance
        self.module, self.invert, self.conditions, self.evaluations = module, invert, list(conditions), 0
        self.batch = batch
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
        condition : dict of str to (n,) array or None
            What each sample is asked to be, in physical units: the columns that the stage is conditioned on.

        Returns
        -------
        samples : (n, y, x), (n, y, x, band) or (n, k) float32
        """
        condition = apply_conditions(condition or {}, self.conditions) if self.conditions else None
        if condition is not None and len(condition) != n:
            raise ValueError(f"{len(condition)} conditions for {n} samples")
        self.evaluations += n * self.module.evaluations
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        parts = []
        for start in range(0, max(n, 1), self.batch):
            asked = self.padded(condition, start)
            parts.append(self.module.sample(self.batch, asked, generator).float().cpu().numpy())
        samples = self.invert(np.concatenate(parts)[:n])
        if samples.ndim == 4:
            return samples[:, 0] if samples.shape[1] == 1 else np.moveaxis(samples, 1, -1)
        return samples

    def padded(self, condition, start):
        """Return a batch of conditions, the last one repeated to fill it."""
        if condition is None:
            return None
        if not len(condition):
            return torch.zeros((self.batch, condition.shape[1]), device=self.device)
        rows = np.minimum(np.arange(start, start + self.batch), len(condition) - 1)
        return torch.from_numpy(condition[rows]).to(self.device)
