"""Blends with their truth, the outputs of `describe_blends`, read blend by blend."""

from dataclasses import dataclass

import numpy as np

BLOCK = 64
KNOWN = ("x", "y", "snr", "blendedness")
COLUMNS = ("image", "variance", "masks", "stamp", "n_galaxies", *KNOWN)


@dataclass(frozen=True)
class DescribedBlend:
    """A blend with its truth; one band is an axis of length 1.

    Attributes
    ----------
    number : int
        Row in the set of blends.
    image, variance : (y, x, band) float
    truth : (g, y, x, band) float32
        Isolated images of the galaxies; of real stamps inside their masks.
    masks : (g, y, x) bool
    stamp : int
        Row of the stamp of the first galaxy.
    known : dict of str to (g,) float
        `x`, `y` (pixel), `snr`, `blendedness`.
    """

    number: int
    image: np.ndarray
    variance: np.ndarray
    truth: np.ndarray
    masks: np.ndarray
    stamp: int
    known: dict

    @property
    def places(self):
        """Return x, y of the galaxies, (g, 2)."""
        return np.column_stack([self.known["x"], self.known["y"]])


def read_blends(stack):
    """Yield the blends of a stack, in constant memory."""
    for start in range(0, len(stack), BLOCK):
        block = read_rows(stack, slice(start, start + BLOCK))
        for number in range(len(block["image"])):
            yield blend_of(start + number, {key: values[number] for key, values in block.items()})


def read_blend(stack, number):
    """Return one blend of a stack."""
    return blend_of(number, read_rows(stack, number))


def read_rows(stack, rows):
    """Return the columns of some rows, with the isolated images of models or of masked stamps as `truth`."""
    truth = stack["truth" if "truth" in stack else "masked_truth"][rows]
    return {"truth": truth, **{key: stack[key][rows] for key in COLUMNS}}


def blend_of(number, row):
    """Return the blend of a row."""
    n, first = int(row["n_galaxies"]), int(row["stamp"][0])
    image, variance, truth = (banded(row[key], axes) for key, axes in (("image", 2), ("variance", 2), ("truth", 3)))
    known = {key: row[key][:n].astype(float) for key in KNOWN}
    return DescribedBlend(number, image, variance, truth[:n], row["masks"][:n] > 0, first, known)


def banded(image, n_axes):
    """Return an image with a band axis, given the number of its other axes."""
    return image[..., None] if image.ndim == n_axes else image
