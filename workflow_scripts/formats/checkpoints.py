"""Weights as safetensors beside a JSON that says what they are; nothing that is loaded can run code."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from workflow_scripts.formats.atomic import read_json, whole_file, write_json

FORMAT_VERSION = 1


def write_tensors(path, tensors, wait=False):
    """Write named arrays as safetensors, without metadata (several keys would come in changing order).

    `wait` until they are on the disk, for what nothing could make again.
    """
    with whole_file(path, wait) as part:
        # Not `save_file`, whose files nobody but their owner can read.
        part.write_bytes(save({name: np.asarray(array, order="C") for name, array in sorted(tensors.items())}))


def read_tensors(path):
    """Read named arrays from a safetensors file.

    Raises
    ------
    ValueError
        Where the file is cut off or no safetensors file.
    """
    try:
        return load_file(path)
    except Exception as error:
        raise ValueError(f"{path} is not a readable safetensors file: {error}") from None


def write_model(weights, about, tensors, description):
    """Write a trained model: its weights, and what they are in the JSON beside them (the same name, `.json`)."""
    write_tensors(weights, tensors)
    write_json(about, {**description, "format_version": FORMAT_VERSION})


def read_model(path):
    """Read a trained model: named arrays and the description beside them.

    Raises
    ------
    ValueError
        Where the model is of another version or cannot be read.
    """
    description = read_json(Path(path).with_suffix(".json"))
    version = description.get("format_version")
    if version != FORMAT_VERSION:
        raise ValueError(f"{path} has format version {version}, this code reads {FORMAT_VERSION}: train it again")
    return read_tensors(path), description
