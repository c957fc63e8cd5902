"""Separate sources of blends in HDF5, a row per source: those of a deblender of the workflow, or of the user's own.

`blend (n,)` is the row of the blend in its set, from 0; `x, y (n,)` are the position in pixels, `image (n, y, x)` or
`(n, y, x, band)` the light of the source, `mask (n, y, x)` the pixels that belong to it.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import h5py
import numpy as np

NEEDED = ("blend", "x", "y", "image", "mask")


@dataclass(frozen=True)
class Separations:
    """Open separate sources of a set of blends.

    Attributes
    ----------
    path : str
        For messages.
    columns : mapping of str to dataset
    order : (n,) int
        Rows sorted by blend.
    blends : (n,) int
        The blend of each of these rows, ascending.
    """

    path: str
    columns: object
    order: np.ndarray
    blends: np.ndarray

    def sources(self, blend, shape):
        """Return `x`, `y`, `image (k, y, x, band)` and `mask` of the sources of a blend of a shape (y, x, band).

        Raises
        ------
        ValueError
            If the images have another shape.
        """
        rows = self.order[np.searchsorted(self.blends, blend) : np.searchsorted(self.blends, blend, side="right")]
        images, masks = self.columns["image"], self.columns["mask"]
        expected = shape if images.ndim == 4 or shape[2] > 1 else shape[:2]
        if images.shape[1:] != expected or masks.shape[1:] != shape[:2]:
            raise ValueError(
                f"{self.path}: images {images.shape[1:]} with masks {masks.shape[1:]}; the blends are {expected}"
            )
        places = {axis: self.columns[axis][rows].astype(float) for axis in "xy"}
        return {**places, "image": images[rows].reshape(-1, *shape), "mask": masks[rows] > 0}


@contextmanager
def open_separations(path):
    """Yield the `Separations` of a file.

    Raises
    ------
    ValueError
        If the file is not HDF5, a column is missing, or columns differ in length.
    """
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ValueError(f"{path}: not a readable HDF5 file: {error}") from None
    with file:
        missing = [name for name in NEEDED if name not in file]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}; it has {', '.join(file) or 'none'}")
        lengths = {name: len(file[name]) for name in NEEDED}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{path}: columns of different lengths: {lengths}")
        blends = file["blend"][:]
        order = np.argsort(blends, kind="stable")
        yield Separations(str(path), file, order, blends[order])


def columns_of(blend, sources, n_axes):
    """Return the columns of the sources of a blend, for a stack of images with `n_axes` axes each, 2 or 3."""
    images = np.asarray(sources.image, np.float32)
    return {
        "blend": np.full(len(images), blend),
        "x": np.asarray(sources.x, float),
        "y": np.asarray(sources.y, float),
        "image": images[..., 0] if n_axes == 2 else images,
        "mask": np.asarray(sources.mask, np.uint8),
    }
