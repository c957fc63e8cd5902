"""Positions of the sources of a window as a vector of a fixed number of coordinate pairs."""

import numpy as np

MISSING = -1.0


def pack_coordinates(x, y, size, n_slots):
    """Scale positions to [0, 1] and fill the empty slots.

    Parameters
    ----------
    x, y : (n,) float
        Positions in a square window, pixel; those that exceed the number of slots are dropped.
    size : int
        Side of the window, pixel.
    n_slots : int

    Returns
    -------
    packed : (2 * n_slots,) float32
        x, y, x, y, ...; -1, -1 for an empty slot.
    """
    packed = np.full((n_slots, 2), MISSING, np.float32)
    n = min(len(x), n_slots)
    packed[:n, 0], packed[:n, 1] = x[:n] / (size - 1), y[:n] / (size - 1)
    return packed.ravel()


def unpack_coordinates(packed, size):
    """Return the positions (n, 2) in pixels of the slots with both values in [0, 1]."""
    pairs = packed.reshape(-1, 2)
    return pairs[((pairs >= 0.0) & (pairs <= 1.0)).all(axis=1)] * (size - 1)
