"""Data for the figures, read from the products of a study: no more of each than is drawn."""

import re

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.report.fields import N_SHOWN as N_FIELDS
from workflow_scripts.report.histograms import densities
from workflow_scripts.report.style import N_COLOURS
from workflow_scripts.report.training import N_SHOWN as N_SAMPLES

BIN = re.compile(r"log_power_(?P<cycles>[0-9.]+)(_band[0-9]+)?")  # a bin of a power spectrum, of one of several bands


def spaced_rows(total, n):
    """Return at most n row numbers, evenly spaced."""
    return np.unique(np.linspace(0, total - 1, min(n, total)).round().astype(int))


def example_fields(path, n=N_FIELDS):
    """Return at most n evenly spaced fields of a stack, by default as many as a figure has."""
    with open_stack(path) as stack:
        return mean_over_bands(stack["image"][spaced_rows(len(stack), n)])


def example_pictures(path, n=N_FIELDS):
    """Return at most n evenly spaced fields of a stack as displayed: in colour where they have three bands."""
    with open_stack(path) as stack:
        return as_pictures(stack["image"][spaced_rows(len(stack), n)])


def as_pictures(images):
    """Return images (n, y, x[, band]) as displayed: three bands as colours, others as their mean."""
    return images if images.shape[3:] == (N_COLOURS,) else mean_over_bands(images)


def mean_over_bands(images):
    """Return the mean over the bands of images (n, y, x[, band])."""
    return images.mean(axis=-1) if images.ndim == 4 else images


def histograms(path, edges, block=64):
    """Return the histograms of all fields of a stack, in constant memory."""
    with open_stack(path) as stack:
        return np.concatenate([densities(images, edges) for images in stack.blocks("image", block)])


def spectra(path, unit="owner"):
    """Return log power (n, bin), the mean over tiles and bands of a unit, and the cycles per tile of the bins.

    Parameters
    ----------
    path : str
        Features of a sample.
    unit : {"owner", "group"}
        A field, or a block of fields.
    """
    with open_stack(path) as stack:
        names = stack.attributes["columns"].split(",")
        found = {number: BIN.fullmatch(name) for number, name in enumerate(names)}
        units, value = stack[unit][:], stack["value"][:].astype(float)
    kept = {number: float(match["cycles"]) for number, match in found.items() if match}
    cycles, bins = np.unique(list(kept.values()), return_inverse=True)
    _, row = np.unique(units, return_inverse=True)
    total = np.zeros((row.max() + 1, len(cycles)))
    for number, place in zip(kept, bins, strict=True):
        np.add.at(total[:, place], row, value[:, number])
    return total / np.bincount(row)[:, None] / np.bincount(bins), cycles


def scorer(scores, predictions, report):
    """Return the scores of every sample by one scorer, and its predictions for the test ladder.

    Parameters
    ----------
    scores : dict of str to str
        Files by sample.
    predictions, report : str
        Output of `train_scorer`.
    """
    read = {name: column(read_csv(path, ["Predicted"]), "Predicted") for name, path in scores.items()}
    ladder = read_csv(predictions, ["Actual", "Predicted"])
    pairs = {key.lower(): column(ladder, key) for key in ("Actual", "Predicted")}
    return {"scores": read, "report": read_json(report), **pairs}


def column(rows, name):
    """Return one column of a table as numbers."""
    return np.array([float(row[name]) for row in rows])


def history(path):
    """Return the columns of a training history."""
    rows = read_csv(path, ["step"])
    return {name: column(rows, name) for name in rows[0]}


def stage(samples, data):
    """Return the samples drawn at the checkpoints of a stage, and as many of its training examples."""
    with open_stack(samples) as stack:
        kind = "image" if "image" in stack else "vector"
        steps, drawn = stack["step"][:], stack[kind][:]
    with open_stack(data) as stack:
        real = stack[kind][spaced_rows(len(stack), N_SAMPLES)]
    if kind == "image" and drawn.ndim == 5:
        drawn, real = drawn.mean(axis=-1), mean_over_bands(real)
    return {"kind": kind, "step": steps, "samples": drawn, "real": real}


def catalogue(path, names):
    """Return columns of a catalogue as plain arrays."""
    table = read_catalogue(path)
    return {name: np.asarray(table[name]) for name in names}
