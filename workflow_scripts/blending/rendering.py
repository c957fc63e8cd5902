"""From members and shifts to pixels: images, masks, noise whose variance is known everywhere."""

import numpy as np


def shift_whole(image, shift_x, shift_y):
    """Move an image by whole pixels; what comes in from outside is 0.

    Parameters
    ----------
    image : (y, x)
    shift_x, shift_y : int
        Positive towards larger x and y.
    """
    moved = np.zeros_like(image)
    height, width = image.shape
    rows, columns = slice(max(shift_y, 0), height + min(shift_y, 0)), slice(max(shift_x, 0), width + min(shift_x, 0))
    if rows.stop > rows.start and columns.stop > columns.start:
        from_rows = slice(rows.start - shift_y, rows.stop - shift_y)
        moved[rows, columns] = image[from_rows, columns.start - shift_x : columns.stop - shift_x]
    return moved


def place_members(images, masks, shifts):
    """Return the masked and shifted members of one blend.

    Parameters
    ----------
    images : (g, y, x) float
        Stamps above their background.
    masks : (g, y, x) bool
        Each galaxy's own pixels: outside them a stamp adds neither light nor noise.
    shifts : (g, 2) int
        x, y.

    Returns
    -------
    members : (g, y, x) float32
    own : (g, y, x) bool
    """
    moved = [
        shift_whole(np.where(mask, image, 0), *shift) for image, mask, shift in zip(images, masks, shifts, strict=True)
    ]
    own = [shift_whole(mask, *shift) for mask, shift in zip(masks, shifts, strict=True)]
    return np.stack(moved).astype(np.float32), np.stack(own)


def place_all(blends):
    """Yield the members, their own pixels and the stamps' noise (g,) of every blend of a set.

    Parameters
    ----------
    blends : formats.blends.BlendSet
    """
    for pair, shifts in zip(blends.pairs, blends.shifts, strict=True):
        yield *place_members(blends.images[pair], blends.masks[pair], shifts), blends.noise[pair]


def variance_maps(own, noise, kind):
    """Return the variance that the stamps bring and the variance that the blend shall have.

    Where real stamps overlap their noises add, and nothing honest takes that away; so `uniform` tops every pixel up
    to the noisiest one, and `natural` only fills the pixels that no stamp covers with one exposure's noise.

    Parameters
    ----------
    own : (g, y, x) bool
    noise : (g,) float
        Standard deviation of each stamp's background.
    kind : {"uniform", "natural"}

    Returns
    -------
    present, wanted : (y, x) float
    """
    present = np.tensordot(np.asarray(noise, float) ** 2, own, axes=1)
    if kind == "natural":
        return present, np.where(present > 0, present, np.max(noise) ** 2)
    return present, np.full(present.shape, max(present.max(), np.max(noise) ** 2))


def render(members, own, noise, kind, rng):
    """Return a blend and its variance map.

    Returns
    -------
    blend, variance : (y, x) float32
    """
    present, wanted = variance_maps(own, noise, kind)
    added = np.sqrt(np.maximum(wanted - present, 0)) * rng.standard_normal(present.shape)
    return (members.sum(axis=0) + added).astype(np.float32), wanted.astype(np.float32)


def gg_masks(own):
    """Return the galaxies' own masks, (y, x, g) uint8."""
    return np.moveaxis(own, 0, -1).astype(np.uint8)


def ogg_masks(own):
    """Return overlap (two or more), then the galaxies' own masks, (y, x, 1 + g) uint8."""
    overlap = own.sum(axis=0) > 1
    return np.concatenate([overlap[..., None], np.moveaxis(own, 0, -1)], axis=-1).astype(np.uint8)


def bogg_masks(own):
    """Return background, overlap, each galaxy without overlap, (y, x, 2 + g) uint8; exactly one is set per pixel."""
    count = own.sum(axis=0)
    alone = np.moveaxis(own & (count == 1), 0, -1)
    return np.concatenate([(count == 0)[..., None], (count > 1)[..., None], alone], axis=-1).astype(np.uint8)


MASKS = {"gg_masks": gg_masks, "ogg_masks": ogg_masks, "bogg_masks": bogg_masks}
