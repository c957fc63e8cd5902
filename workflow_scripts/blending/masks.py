"""Masks of blends, channels last, drawn in place."""

import numpy as np

FLAT = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


def n_channels(method, n_galaxies):
    """Return the number of channels of a kind of mask, or of single images."""
    return n_galaxies + {"gg_masks": 0, "ogg_masks": 1, "bogg_masks": 2, "single_images": 0}[method]


def gg_masks(placed, out):
    """Draw the masks of the galaxies.

    Parameters
    ----------
    placed : list of (g, window, mask)
        Index of each galaxy, its window of the frame, and its mask (h, w) uint8 in the window.
    out : (y, x, g) uint8
        Zeros; written to.
    """
    for g, window, mask in placed:
        out[window][..., g] = mask


def ogg_masks(placed, out):
    """Draw the overlap (two or more galaxies), then the masks of the galaxies; `out` is (y, x, 1 + g)."""
    count = np.zeros(out.shape[:2], np.uint8)
    for g, window, mask in placed:
        out[window][..., 1 + g] = mask
        count[window] += mask
    for _, window, _ in placed:
        out[window][..., 0] = count[window] > 1


def bogg_masks(placed, out):
    """Draw background, overlap, and each galaxy without overlap; `out` is (y, x, 2 + g).

    Exactly one channel of every pixel is set: a map of channel numbers is drawn first, then converted to one-hot.
    """
    channel = np.zeros(out.shape[:2], np.uint8)
    for g, window, mask in placed:
        below = channel[window]
        np.copyto(below, np.where(below == 0, np.uint8(2 + g), np.uint8(1)), where=mask.view(bool))
    one_hot, flat = lookup(out.shape[2])
    out = out.view(flat)[..., 0]
    out[...] = one_hot[0]
    for _, window, _ in placed:
        out[window] = one_hot[channel[window]]


def lookup(n_channels):
    """Return the one-hot pixels of all channels, each as a single value, and the type of that value."""
    flat = FLAT.get(n_channels, np.dtype(f"V{n_channels}"))
    return np.eye(n_channels, dtype=np.uint8).view(flat)[:, 0], flat


MASKS = {"gg_masks": gg_masks, "ogg_masks": ogg_masks, "bogg_masks": bogg_masks}


def draw_masks(method, stamps, members, shifts, out):
    """Draw one kind of mask of several blends.

    Parameters
    ----------
    method : {"gg_masks", "ogg_masks", "bogg_masks"}
    stamps : StampSet
    members : (b, g) int
        -1 in empty slots.
    shifts : (b, g, 2) float
    out : (b, y, x, c) uint8
        Zeros; written to.
    """
    for own, places, image in zip(members.tolist(), shifts.tolist(), out, strict=True):
        MASKS[method]([(g, *stamps.own(member, places[g])) for g, member in enumerate(own) if member >= 0], image)
