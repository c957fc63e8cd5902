"""Blends with their truth, the outputs of `describe_blends`, read blend by blend."""

from dataclasses import dataclass

import numpy as np

BLOCK = 64
KNOWN = ("x", "y", "snr", "blendedness")


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
    name = "truth" if "truth" in stack else "masked_truth"
    for start in range(0, len(stack), BLOCK):
        rows = slice(start, start + BLOCK)
        block = {key: stack[key][rows] for key in (name, "image", "variance", "masks", "stamp", "n_galaxies", *KNOWN)}
        for number, n in enumerate(block["n_galaxies"]):
            one = {key: values[number] for key, values in block.items()}
            image, variance, truth = (
                banded(one[key], axes) for key, axes in (("image", 2), ("variance", 2), (name, 3))
            )
            known = {key: one[key][:n].astype(float) for key in KNOWN}
            first = int(one["stamp"][0])
            yield DescribedBlend(start + number, image, variance, truth[:n], one["masks"][:n] > 0, first, known)


def banded(image, n_axes):
    """Return an image with a band axis, given the number of its other axes."""
    return image[..., None] if image.ndim == n_axes else image
