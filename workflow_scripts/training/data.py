"""Training data in device memory, drawn in random batches."""

import numpy as np
import torch

from workflow_scripts.formats.stacks import open_stack, read_names


def read_examples(path, names=()):
    """Read what a stage trains on.

    Parameters
    ----------
    path : str
    names : sequence of str
        Columns that the stage is conditioned on.

    Returns
    -------
    x : (n, channel, y, x) or (n, k) float32
    columns : dict of str to (n,) array
    attributes : dict
        Attributes of the stack.

    Raises
    ------
    ValueError
        Where a column is missing.
    """
    with open_stack(path) as stack:
        missing = [name for name in names if name not in stack]
        if missing:
            raise ValueError(
                f"{path}: no column {', '.join(missing)} to be conditioned on; it has {', '.join(stack.file)}"
            )
        x = np.asarray(stack["image" if "image" in stack else "vector"][:], np.float32)
        return as_channels(x), {name: stack[name][:] for name in names}, stack.attributes


def class_names(names, attributes):
    """Return the names of the classes of the columns that have them: attributes `{column}_names`."""
    found = {name: read_names(attributes.get(f"{name}_names")) for name in names}
    return {name: classes for name, classes in found.items() if classes}


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
        `dihedral` turns and mirrors each image at random, and the angles it is conditioned on with it.
    angles : sequence of int
        Columns of `condition` that hold the cosine of an angle's double; its sine follows.
    """

    def __init__(self, x, condition, device, augment, score=None, angles=()):
        self.device, self.augment, self.angles = device, augment, list(angles)
        fits = device.type != "cuda" or x.nbytes < torch.cuda.mem_get_info(device)[0] // 2
        place = device if fits else torch.device("cpu")
        known = {"x": x, "condition": condition, "score": score}
        self.columns = {name: torch.from_numpy(one).to(place) for name, one in known.items() if one is not None}
        if not fits:
            self.columns = {name: one.pin_memory() for name, one in self.columns.items()}

    def draw(self, size, generator):
        """Draw a batch with replacement, as the dict that a model's loss takes."""
        n, place = len(self.columns["x"]), self.columns["x"].device
        rows = torch.randint(n, (size,), generator=generator, device=generator.device).to(place)
        batch = {name: one[rows].to(self.device, non_blocking=True) for name, one in self.columns.items()}
        if self.augment == "dihedral":
            choice = torch.randint(8, (size, 1, 1, 1), generator=generator, device=generator.device)
            batch["x"] = turn_each(batch["x"], choice)
            if self.angles:
                batch["condition"] = turn_angles(batch["condition"], choice.flatten(), self.angles)
        return batch


def turn_each(x, choice):
    """Apply one of the symmetries of the square, 0 to 7, to each image of (n, channel, y, x)."""
    x = torch.where((choice & 1).bool(), x.flip(-1), x)
    x = torch.where((choice & 2).bool(), x.flip(-2), x)
    return torch.where((choice & 4).bool(), x.transpose(-1, -2), x)


def turn_angles(condition, choice, angles):
    """Turn the angles of (n, k) with their images: mirrored it is -theta, transposed 90 - theta."""
    condition = condition.clone()
    mirrored = 1 - 2 * ((choice & 1) ^ ((choice & 2) >> 1)).to(condition)
    transposed = 1 - 2 * ((choice & 4) >> 2).to(condition)
    for cosine in angles:
        condition[:, cosine] *= transposed
        condition[:, cosine + 1] *= mirrored
    return condition
