"""Single blends with their galaxies and the sources that deblenders separate, for a figure."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.described_blends import read_blend
from workflow_scripts.formats.separations import open_separations
from workflow_scripts.formats.stacks import open_stack


@dataclass(frozen=True)
class Drawn:
    """Sources to draw.

    Attributes
    ----------
    shape : (y, x)
    light : (k, y, x) float
        Means over the bands.
    mask : (k, y, x) bool
    places : (k, 2) float
        x, y.
    galaxy : (k,) int
        Number of the nearest galaxy.
    """

    shape: tuple
    light: np.ndarray
    mask: np.ndarray
    places: np.ndarray
    galaxy: np.ndarray


@dataclass(frozen=True)
class Example:
    """A blend `image (y, x, band)`, its `galaxies`, and the sources `separated` by each deblender."""

    image: np.ndarray
    galaxies: Drawn
    separated: list


def read_examples(described, separated, n):
    """Return blends from the least to the most blended, evenly spaced in rank.

    Parameters
    ----------
    described : str
        Output of `describe_blends`.
    separated : list of str
        Outputs of `separate_blends`, in the order of the deblenders.
    n : int
        Largest number of blends.
    """
    with open_stack(described) as stack:
        order = np.argsort(np.nan_to_num(stack["blendedness"][:]).max(axis=1), kind="stable")
        chosen = order[np.unique(np.linspace(0, len(order) - 1, min(n, len(order))).astype(int))]
        blends = [read_blend(stack, int(number)) for number in chosen]
    found = [read_separated(path, blends) for path in separated]
    return [Example(blend.image, galaxies_of(blend), [one[k] for one in found]) for k, blend in enumerate(blends)]


def read_separated(path, blends):
    """Return the sources of blends in one file."""
    with open_separations(path) as separations:
        return [drawn(separations.sources(blend.number, blend.image.shape), blend.places) for blend in blends]


def galaxies_of(blend):
    """Return the galaxies of a blend."""
    x, y = blend.places.T
    return drawn({"x": x, "y": y, "image": blend.truth, "mask": blend.masks}, blend.places)


def drawn(sources, galaxies):
    """Return sources to draw, given the positions of the galaxies (g, 2)."""
    places = np.column_stack([sources["x"], sources["y"]])
    nearest = np.hypot(*(places[:, None] - galaxies).transpose(2, 0, 1)).argmin(axis=1)
    return Drawn(sources["image"].shape[1:3], sources["image"].mean(axis=-1), sources["mask"], places, nearest)
