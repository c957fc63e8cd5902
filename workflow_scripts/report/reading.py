"""What the figures show, read out of the study's products: no more of each than is drawn."""

import re

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.fields import N_SHOWN as N_FIELDS
from workflow_scripts.report.histograms import densities
from workflow_scripts.report.training import N_SHOWN as N_SAMPLES

BIN = re.compile(r"log_power_(?P<cycles>[0-9.]+)(_band[0-9]+)?")  # a column of a power spectrum, of one band of several


def spread(total, n):
    """Return at most n row numbers, evenly spread."""
    return np.unique(np.linspace(0, total - 1, min(n, total)).round().astype(int))


def some_fields(path, n=N_FIELDS):
    """Return at most n fields of a stack, evenly spread; by default the few that are shown."""
    with open_stack(path) as stack:
        return flat(stack["image"][spread(len(stack), n)])


def flat(images):
    """Return images of several bands as their mean."""
    return images.mean(axis=-1) if images.ndim == 4 else images


def histograms(path, edges, block=64):
    """Return the densities of all fields of a stack, in constant memory."""
    with open_stack(path) as stack:
        return np.concatenate([densities(images, edges) for images in stack.blocks("image", block)])


def spectra(path):
    """Return log power (field, bin), the mean over each field's tiles and bands, and the bins' cycles per tile."""
    with open_stack(path) as stack:
        names = stack.attributes["columns"].split(",")
        found = {number: BIN.fullmatch(name) for number, name in enumerate(names)}
        group, value = stack["group"][:], stack["value"][:].astype(float)
    kept = {number: float(match["cycles"]) for number, match in found.items() if match}
    cycles, bins = np.unique(list(kept.values()), return_inverse=True)
    _, row = np.unique(group, return_inverse=True)
    total = np.zeros((row.max() + 1, len(cycles)))
    for number, place in zip(kept, bins, strict=True):
        np.add.at(total[:, place], row, value[:, number])
    return total / np.bincount(row)[:, None] / np.bincount(bins), cycles


def scorer(paths, samples, predictions, report):
    """Return a scorer's scores of every sample and its predictions on the test ladder."""
    read = {name: column(read_csv(path, ["Predicted"]), "Predicted") for name, path in zip(samples, paths, strict=True)}
    ladder = read_csv(predictions, ["Actual", "Predicted"])
    pairs = {key.lower(): column(ladder, key) for key in ("Actual", "Predicted")}
    return {"scores": read, "report": read_json(report), **pairs}


def column(rows, name):
    """Return one column of a table as numbers."""
    return np.array([float(row[name]) for row in rows])


def history(path):
    """Return the columns of a training's history."""
    rows = read_csv(path, ["step"])
    return {name: column(rows, name) for name in rows[0]}


def stage(samples, data):
    """Return the samples of a stage's checkpoints and as many of the examples that it learns from."""
    with open_stack(samples) as stack:
        kind = "image" if "image" in stack else "vector"
        steps, drawn = stack["step"][:], stack[kind][:]
    with open_stack(data) as stack:
        real = stack[kind][spread(len(stack), N_SAMPLES)]
    if kind == "image" and drawn.ndim == 5:
        drawn, real = drawn.mean(axis=-1), flat(real)
    return {"kind": kind, "step": steps, "samples": drawn, "real": real}


def catalogue(path, names):
    """Return columns of a catalogue as plain arrays."""
    table = read_catalogue(path)
    return {name: np.asarray(table[name]) for name in names}
