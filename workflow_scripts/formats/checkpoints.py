"""Weights as safetensors, with a description as JSON beside them; loading them cannot run code."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from workflow_scripts.formats.atomic import read_json, whole_file, write_json

FORMAT_VERSION = 1


def write_tensors(path, tensors, wait=False):
    """Write named arrays as safetensors, without metadata (the order of several keys is not reproducible).

    With `wait`, the file is synchronised to the disk, for data that cannot be reproduced.
    """
    with whole_file(path, wait) as part:
        # Not `save_file`, which makes files readable by their owner alone.
        part.write_bytes(save({name: np.asarray(array, order="C") for name, array in sorted(tensors.items())}))


def read_tensors(path):
    """Read named arrays from a safetensors file.

    Raises
    ------
    ValueError
        If the file is truncated or not a safetensors file.
    """
    try:
        return load_file(path)
    except Exception as error:
        raise ValueError(f"{path} is not a readable safetensors file: {error}") from None


def write_model(weights, about, tensors, description):
    """Write the weights of a trained model, and its description as JSON beside them (the same name with `.json`)."""
    write_tensors(weights, tensors)
    write_json(about, {**description, "format_version": FORMAT_VERSION})


def read_model(path):
    """Read a trained model: its named arrays and the description beside them.

    Raises
    ------
    ValueError
        If the model has another format version or cannot be read.
    """
    description = read_json(Path(path).with_suffix(".json"))
    version = description.get("format_version")
    if version != FORMAT_VERSION:
        raise ValueError(f"{path} has format version {version}, this code reads {FORMAT_VERSION}: train it again")
    return read_tensors(path), description
