"""A set of blends as it lies on disk: catalogue rows in shards, and the stamps that they name."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv

NEEDED = ["id", "shift_x", "shift_y", "g1_id", "g2_id"]


@dataclass(frozen=True)
class BlendSet:
    """All blends of a set.

    Attributes
    ----------
    rows : list of dict
        The catalogue.
    images : (m, y, x) float32
        Stamps above their background.
    masks : (m, y, x) bool
        Each galaxy's own pixels.
    noise : (m,) float
        Standard deviation of each stamp's background.
    pairs : (n, g) int
        Stamps of each blend.
    shifts : (n, g, 2) int
        Their shifts (x, y).
    """

    rows: list
    images: np.ndarray
    masks: np.ndarray
    noise: np.ndarray
    pairs: np.ndarray
    shifts: np.ndarray


def read_blends(shards, stamps, stamp_catalogue):
    """Read a set of blends.

    Raises
    ------
    ValueError
        Where a blend names a galaxy that has no stamp, or stamps and catalogue differ in number.
    """
    rows = [row for path in shards for row in read_csv(path, NEEDED)]
    table = read_catalogue(stamp_catalogue)
    with open_stack(stamps) as stack:
        images, noise, maps = stack["image"][:], stack["noise"][:], stack["segmentation"][:]
    if len(table) != len(images):
        raise ValueError(f"{stamp_catalogue} has {len(table)} rows, {stamps} {len(images)} stamps")
    row_of = {str(name): row for row, name in enumerate(table["id"])}
    lost = {row[name] for row in rows for name in ("g1_id", "g2_id")} - set(row_of)
    if lost:
        raise ValueError(f"{stamps}: no stamp of galaxy {min(lost)}: the blends were produced from other stamps")
    pairs = np.array([[row_of[row["g1_id"]], row_of[row["g2_id"]]] for row in rows], int).reshape(-1, 2)
    shifts = np.array([[[0, 0], [int(row["shift_x"]), int(row["shift_y"])]] for row in rows], int).reshape(-1, 2, 2)
    return BlendSet(rows, images, maps == np.asarray(table["segval"])[:, None, None], noise, pairs, shifts)
