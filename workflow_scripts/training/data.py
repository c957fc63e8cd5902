"""Training data: read from stacks, encoded for networks, held in device memory and drawn in random batches."""

from dataclasses import dataclass, field

import numpy as np
import torch

from workflow_scripts.formats.photometry import photometry_of
from workflow_scripts.formats.stacks import open_stack, read_names
from workflow_scripts.imaging.stretch import fit_stretch
from workflow_scripts.networks.trainable import Task
from workflow_scripts.training.conditions import fit_conditions
from workflow_scripts.training.description import StageDescription, channels_first


@dataclass(frozen=True)
class StageData:
    """Training data of a stage, in physical units.

    Attributes
    ----------
    path : str
        Stack that it was read from.
    x : (n, y, x[, band]) or (n, k) float32
    columns : dict of str to (n, ...) array
        Conditioning columns.
    score : (n,) float32 or None
    attributes : dict
        Of the stack.
    """

    path: str
    x: np.ndarray
    columns: dict
    score: np.ndarray | None = None
    attributes: dict = field(default_factory=dict)

    @property
    def class_names(self):
        """Return the names of the classes of each conditioning column that has them: attributes `{column}_names`."""
        found = {name: read_names(self.attributes.get(f"{name}_names")) for name in self.columns}
        return {name: classes for name, classes in found.items() if classes}

    def check(self):
        """Refuse data that nothing can be trained on.

        Raises
        ------
        ValueError
            If there are fewer than two examples, or a value is not finite.
        """
        if len(self.x) < 2:
            raise ValueError(f"{self.path}: {len(self.x)} examples; at least 2 are needed to train a stage")
        if not np.isfinite(self.x).all():
            raise ValueError(f"{self.path}: some values are NaN or infinite")

    def describe(self, stretch, softening=None, **about):
        """Return the description of a stage to be trained on the data: stretch and conditions are fitted to them.

        Parameters
        ----------
        stretch : str
            Kind of the stretch.
        softening : float or None
            Of an asinh stretch; None: that which the stack states, if it does.
        **about
            `model`, `options` and what else is known of the stage.
        """
        softening = softening or self.attributes.get("softening")
        return StageDescription(
            shape=channels_first(self.x[:1]).shape[1:],
            stretch=fit_stretch(self.x, stretch, softening),
            condition=fit_conditions(self.columns, self.class_names, softening),
            n_train=len(self.x),
            unit=photometry_of(self.attributes).unit,
            **about,
        )

    def encode(self, description, task, rows=slice(None)):
        """Return some rows as a network takes them.

        Parameters
        ----------
        description : training.description.StageDescription
        task : networks.trainable.Task
            To predict scores takes the scores of the images.
        rows : slice or array of int

        Raises
        ------
        ValueError
            If the task is to predict scores and the images have none.
        """
        scored = task == Task.PREDICT_SCORE
        if scored and self.score is None:
            raise ValueError(f"{self.path}: no column 'score' for a model that predicts scores; data: scored has one")
        return Examples(
            x=description.encode_images(self.x[rows]),
            condition=description.encode_condition({name: values[rows] for name, values in self.columns.items()}),
            score=self.score[rows] if scored else None,
        )


@dataclass(frozen=True)
class Examples:
    """Training examples as a network takes them, as arrays or as tensors.

    Attributes
    ----------
    x : (n, channel, y, x) or (n, k) float32
        In [-1, 1].
    condition : (n, k) or (n, k, y, x) float32 or None
    score : (n,) float32 or None
    """

    x: np.ndarray | torch.Tensor
    condition: np.ndarray | torch.Tensor | None = None
    score: np.ndarray | torch.Tensor | None = None

    def __len__(self):
        return len(self.x)

    def columns(self):
        """Return the tensors of a batch by name, for the loss of a model."""
        known = {"x": self.x, "condition": self.condition, "score": self.score}
        return {name: values for name, values in known.items() if values is not None}

    def to(self, device):
        """Return the examples as tensors on a device."""
        return Examples(**{name: torch.from_numpy(values).to(device) for name, values in self.columns().items()})


def read_data(path, names=()):
    """Read what a stage is trained on.

    Parameters
    ----------
    path : str
        Stack with `image` or `vector`, and `score` where the images have scores.
    names : sequence of str
        Conditioning columns.

    Returns
    -------
    data : StageData

    Raises
    ------
    ValueError
        If a column is missing.
    """
    with open_stack(path) as stack:
        missing = [name for name in names if name not in stack]
        if missing:
            raise ValueError(f"{path}: no conditioning column {', '.join(missing)}; it has {', '.join(stack.file)}")
        x = np.asarray(stack["image" if "image" in stack else "vector"][:], np.float32)
        score = np.asarray(stack["score"][:], np.float32) if "score" in stack else None
        return StageData(str(path), x, {name: stack[name][:] for name in names}, score, stack.attributes)


class Batches:
    """Random batches of examples, in device memory where they fit.

    Parameters
    ----------
    examples : Examples
        Arrays.
    device : torch.device
    augment : {"none", "dihedral"}
        `dihedral` turns and mirrors each image at random, and the angles of its condition, or its maps, with it.
    angles : sequence of int
        Columns of `condition` that hold the cosine of an angle's double; its sine follows.
    """

    def __init__(self, examples, device, augment, angles=()):
        self.device, self.augment, self.angles = device, augment, list(angles)
        fits = device.type != "cuda" or examples.x.nbytes < torch.cuda.mem_get_info(device)[0] // 2
        self.columns = examples.to(device if fits else torch.device("cpu")).columns()
        if not fits:
            self.columns = {name: values.pin_memory() for name, values in self.columns.items()}

    def draw(self, size, generator):
        """Draw a batch with replacement, as the dict that a model's loss takes."""
        n, memory = len(self.columns["x"]), self.columns["x"].device
        rows = torch.randint(n, (size,), generator=generator, device=generator.device).to(memory)
        batch = {name: values[rows].to(self.device, non_blocking=True) for name, values in self.columns.items()}
        if self.augment == "dihedral":
            choice = torch.randint(8, (size, 1, 1, 1), generator=generator, device=generator.device)
            batch["x"] = turn_each(batch["x"], choice)
            if "condition" in batch and batch["condition"].ndim == 4:
                batch["condition"] = turn_each(batch["condition"], choice)
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
