"""The description of a trained stage: what its weights are, and how its data become a network's numbers and back."""

from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from workflow_scripts.formats.checkpoints import read_model, write_model
from workflow_scripts.imaging.stretch import apply_stretch, invert_stretch
from workflow_scripts.training.conditions import apply_conditions, n_conditions

REQUIRED = ("model", "options", "shape", "stretch", "condition")  # without them no network can be built


@dataclass(frozen=True)
class StageDescription:
    """A trained stage, as the JSON beside its weights describes it.

    Attributes
    ----------
    model, options : str, dict
        Plugin of `models/` and its options.
    shape : tuple of int
        Of one example: (channel, y, x) or (k,).
    stretch : dict
        Between pixel values and the network's range (`imaging.stretch`).
    condition : list of dict
        Encoding of each conditioning column (`training.conditions`); empty for an unconditional stage.
    stage, unit : str
        Name in the config; unit of the pixels.
    evaluations, n_train, steps : int
        Forward passes per sample; training examples; training steps, or epochs where the stage counts these.
    keep : {"last", "best"}
        Checkpoint that the weights are of: the last, or that of the smallest validation distance.
    seed, code : int, str
        Of the training.
    """

    model: str
    options: dict
    shape: tuple
    stretch: dict
    condition: list
    stage: str = ""
    unit: str = ""
    evaluations: int = 1
    n_train: int = 0
    steps: int = 0
    keep: str = "last"
    seed: int = 0
    code: str = ""

    @property
    def n_condition(self):
        """Return the length of the conditioning vector, or the number of planes of a map."""
        return n_conditions(self.condition)

    @property
    def condition_names(self):
        """Return the names of the conditioning columns."""
        return [column["name"] for column in self.condition]

    def class_names(self):
        """Return the names of the classes of a classifier, in the order of its output.

        Raises
        ------
        ValueError
            If the stage's condition is anything but one column of classes, `class`.
        """
        if self.condition_names != ["class"] or self.condition[0]["kind"] != "class":
            raise ValueError(f"stage {self.stage} is no classifier: its condition has to be [class]")
        return self.condition[0]["names"] or [str(value) for value in self.condition[0]["values"]]

    def encode_images(self, images):
        """Return images (n, y, x[, band]) or vectors (n, k) in the network's range, channels first, float32."""
        return apply_stretch(channels_first(np.asarray(images, np.float32)), self.stretch)

    def decode_samples(self, samples):
        """Return samples (..., channel, y, x) or (..., k) in the data's unit: bands last, a single one dropped."""
        decoded = invert_stretch(samples, self.stretch)
        if len(self.shape) != 3:
            return decoded
        return decoded[..., 0, :, :] if self.shape[0] == 1 else np.moveaxis(decoded, -3, -1)

    def encode_condition(self, columns):
        """Return conditioning columns in physical units as (n, k) or (n, k, y, x); None for an unconditional stage."""
        return apply_conditions(columns, self.condition) if self.condition else None


def channels_first(x):
    """Return images (n, y, x[, band]) as (n, channel, y, x); vectors (n, k) stay."""
    if x.ndim == 3:
        return x[:, None]
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x


def write_stage(weights, about, tensors, module, description):
    """Write a trained stage: the weights of a module as safetensors, and its description as JSON."""
    write_model(weights, about, tensors, asdict(replace(description, evaluations=module.evaluations)))


def read_stage(path):
    """Read the weights of a trained stage and the description beside them.

    Parameters
    ----------
    path : str
        Safetensors; the JSON has the same name.

    Returns
    -------
    tensors : dict of str to array
    description : StageDescription

    Raises
    ------
    ValueError
        If a file cannot be read, is of another version, or lacks a key.
    """
    tensors, found = read_model(path)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise ValueError(f"{path}: its JSON has no {', '.join(missing)}: train the stage again")
    known = {field.name: found[field.name] for field in fields(StageDescription) if field.name in found}
    return tensors, StageDescription(**{**known, "shape": tuple(known["shape"])})
