"""Training data in device memory, drawn in random batches."""

import numpy as np
import torch

from workflow_scripts.formats.stacks import open_stack


def read_examples(path):
    """Read what a stage trains on.

    Returns
    -------
    x : (n, channel, y, x) or (n, k) float32
    condition : (n, k) float32 or None
    attributes : dict
        Attributes of the stack.
    """
    with open_stack(path) as stack:
        column = "image" if "image" in stack else "vector"
        x = np.asarray(stack[column][:], np.float32)
        condition = np.asarray(stack["condition"][:], np.float32) if "condition" in stack else None
        return as_channels(x), condition, stack.attributes


def read_scores(path):
    """Return the scores (n,) float32 of a stack's images; None where it has none."""
    with open_stack(path) as stack:
        return np.asarray(stack["score"][:], np.float32) if "score" in stack else None


def as_channels(x):
    """Return images with their channel first: (n, y, x) and (n, y, x, band) become (n, channel, y, x)."""
    if x.ndim == 3:
        return x[:, None]
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x


class Batches:
    """Random batches of examples, in device memory where they fit.

    Parameters
    ----------
    x, condition, score : array or None
    device : torch.device
    augment : {"none", "dihedral"}
        `dihedral` turns and mirrors each image at random.
    """

    def __init__(self, x, condition, device, augment, score=None):
        self.device, self.augment = device, augment
        fits = device.type != "cuda" or x.nbytes < torch.cuda.mem_get_info(device)[0] // 2
        self.x = torch.from_numpy(x).to(device) if fits else torch.from_numpy(x).pin_memory()
        self.condition = None if condition is None else torch.from_numpy(condition).to(self.x.device)
        self.score = None if score is None else torch.from_numpy(score).to(self.x.device)

    def draw(self, size, generator):
        """Draw a batch with replacement, as the dict that a model's loss takes."""
        rows = torch.randint(len(self.x), (size,), generator=generator, device=generator.device).to(self.x.device)
        batch = {"x": self.x[rows].to(self.device, non_blocking=True)}
        if self.condition is not None:
            batch["condition"] = self.condition[rows].to(self.device, non_blocking=True)
        if self.score is not None:
            batch["score"] = self.score[rows].to(self.device, non_blocking=True)
        if self.augment == "dihedral":
            batch["x"] = turn_each(batch["x"], generator)
        return batch


def turn_each(x, generator):
    """Apply a random symmetry of the square to each image of (n, channel, y, x)."""
    choice = torch.randint(8, (len(x), 1, 1, 1), generator=generator, device=generator.device)
    x = torch.where((choice & 1).bool(), x.flip(-1), x)
    x = torch.where((choice & 2).bool(), x.flip(-2), x)
    return torch.where((choice & 4).bool(), x.transpose(-1, -2), x)
