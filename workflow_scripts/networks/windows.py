"""Overlapping windows by which a network of images of one size is applied to larger ones, without a seam."""

import torch

BATCH = 64  # windows per forward pass: limits the memory


def window_starts(length, side, overlap):
    """Return the first pixels of evenly spaced windows along one axis; neighbours share at least `overlap` pixels."""
    n = 1 if length <= side else -(-(length - side) // max(side - overlap, 1)) + 1
    return [round(i * (length - side) / (n - 1)) for i in range(n)] if n > 1 else [0]


def apply_in_windows(function, side, overlap, *images):
    """Apply a function to windows of images, and average what it returns where windows overlap.

    The weight of a window falls linearly to 0 towards its border, except at that of the image.

    Parameters
    ----------
    function : callable
        Of one (m, channel, side, side) tensor per image; returns (m, k, side, side).
    side, overlap : int
        Of the windows, and the least number of pixels that neighbours share, at most `side - 1`.
    *images : (n, channel, y, x) tensor
        At least as large as a window.

    Returns
    -------
    result : (n, k, y, x) tensor
    """
    height, width = images[0].shape[-2:]
    rows, columns = (window_starts(length, side, overlap) for length in (height, width))
    corners = [(number, y, x) for number in range(len(images[0])) for y in rows for x in columns]
    total = weights = None
    for start in range(0, len(corners), BATCH):
        part = corners[start : start + BATCH]
        cut = [torch.stack([image[n, :, y : y + side, x : x + side] for n, y, x in part]) for image in images]
        for (n, y, x), values in zip(part, function(*cut), strict=True):
            if total is None:
                total = values.new_zeros((len(images[0]), len(values), height, width))
                weights = values.new_zeros((height, width))
            ramp = torch.outer(ramp_of(y, side, height, overlap), ramp_of(x, side, width, overlap)).to(values)
            total[n, :, y : y + side, x : x + side] += ramp * values
            if n == 0:
                weights[y : y + side, x : x + side] += ramp
    return total / weights


def ramp_of(start, side, length, overlap):
    """Return the weights (side,) of the pixels of a window along one axis."""
    at = torch.arange(side, dtype=torch.float32)
    before = at + 1 if start > 0 else torch.full((side,), float(overlap + 1))
    after = side - at if start + side < length else torch.full((side,), float(overlap + 1))
    return torch.minimum(before, after).clamp(max=overlap + 1)
