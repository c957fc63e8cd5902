"""The denoiser: a U-Net, or dense layers, conditioned on time (or noise level) and attributes in every block."""

import math

import torch
from torch import nn
from torch.nn.functional import interpolate, pad, pixel_shuffle, pixel_unshuffle, silu

from workflow_scripts.networks.sketch import Sketch, centred_coordinates


class Fourier(nn.Module):
    """Fourier features (n, width) of numbers (n,)."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("frequency", 2 * math.pi * torch.logspace(-1, 1.5, width // 2))

    def forward(self, t):
        """Return cosines and sines."""
        phase = t[:, None] * self.frequency
        return torch.cat([phase.cos(), phase.sin()], dim=1)


class Embedding(nn.Module):
    """Embedding of the time, and of the condition or its absence.

    Parameters
    ----------
    n_condition, width : int
    """

    def __init__(self, n_condition, width):
        super().__init__()
        self.time = nn.Sequential(Fourier(width), nn.Linear(width, width))
        self.condition = nn.Linear(n_condition, width, bias=False) if n_condition else None
        self.nothing = nn.Parameter(torch.zeros(width)) if n_condition else None
        self.out = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())

    def forward(self, t, condition, kept):
        """Return (n, width) for times (n,), conditions (n, k) and which of these are kept, (n,) bool."""
        embedding = self.time(t)
        if self.condition is not None:
            embedding = embedding + torch.where(kept[:, None], self.condition(condition), self.nothing)
        return self.out(embedding)


class Block(nn.Module):
    """Two convolutions around a scale and shift by the embedding, with a shortcut; the second one starts at 0."""

    def __init__(self, n_in, n_out, n_embedding):
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(groups(n_in), n_in), nn.SiLU(), nn.Conv2d(n_in, n_out, 3, 1, 1))
        self.modulation = nn.Linear(n_embedding, 2 * n_out)
        self.norm = nn.GroupNorm(groups(n_out), n_out)
        self.second = nn.Conv2d(n_out, n_out, 3, 1, 1)
        self.short = nn.Conv2d(n_in, n_out, 1) if n_in != n_out else nn.Identity()
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x, embedding):
        """Return maps (n, n_out, y, x)."""
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, dim=1)
        out = self.norm(self.first(x)) * (1 + scale) + shift
        return self.short(x) + self.second(silu(out))


def groups(channels):
    """Return the number of groups of a group normalisation: at most 8, and it divides the channels."""
    return math.gcd(8, channels)


class OutputLayer(nn.Module):
    """The last convolution, after a normalisation scaled and shifted by the embedding; it starts at 0."""

    def __init__(self, n_in, n_out, n_embedding):
        super().__init__()
        self.norm, self.modulation = nn.GroupNorm(groups(n_in), n_in), nn.Linear(n_embedding, 2 * n_in)
        self.last = nn.Conv2d(n_in, n_out, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x, embedding):
        """Return maps (n, n_out, y, x)."""
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, dim=1)
        return self.last(silu(self.norm(x) * (1 + scale) + shift))


class UNet(nn.Module):
    """Residual blocks at falling and rising resolution, with skip connections.

    Parameters
    ----------
    channels : int
        Channels of the image.
    width : int
        Channels of the first map.
    factors : tuple of int
        Channels at each level in units of `width`; every level halves the side.
    n_condition : int
    centred : bool
        Add a sketch of the condition from pixel coordinates: for images of one source in the centre.
    patch : int
        Side in pixels of the squares that are one element of the first map.
    n_out : int or None
        Channels of the output; None: those of the image.
    """

    def __init__(self, channels, width, factors, n_condition, centred=False, patch=1, n_out=None):
        super().__init__()
        self.patch = patch
        n_embedding, wide = 4 * width, [width * factor for factor in factors]
        self.steps = patch * 2 ** (len(factors) - 1)
        self.embed = Embedding(n_condition, n_embedding)
        self.sketch = Sketch(width, n_embedding) if centred else None
        self.enter = nn.Conv2d(channels * patch**2 + width * centred, width, 3, 1, 1)
        pairs = list(zip([width, *wide], wide, strict=False))
        self.down = nn.ModuleList(Block(before, after, n_embedding) for before, after in pairs)
        self.middle = Block(wide[-1], wide[-1], n_embedding)
        ups = zip(reversed([wide[0], *wide[:-1]]), reversed(wide), strict=True)
        self.up = nn.ModuleList(Block(2 * after, before, n_embedding) for before, after in ups)
        self.leave = OutputLayer(wide[0], (n_out or channels) * patch**2, n_embedding)

    def forward(self, x, t, condition=None, kept=None):
        """Return (n, channel, y, x); sides that are no multiple of the coarsest level's are padded and cropped."""
        side, embedding = x.shape[-2:], self.embed(t, condition, kept)
        x = pad(x, (0, -side[1] % self.steps, 0, -side[0] % self.steps), mode="replicate")
        x = pixel_unshuffle(x, self.patch)
        if self.sketch is not None:
            grid = centred_coordinates([(n + self.patch - 1) // self.patch for n in side], x)
            grid = pad(grid, (0, x.shape[-1] - grid.shape[-1], 0, x.shape[-2] - grid.shape[-2]), mode="replicate")
            x = torch.cat([x, self.sketch(grid, embedding)], dim=1)
        # Channels last: convolutions of few channels take half the time on a CPU.
        x, skipped = self.enter(x.contiguous(memory_format=torch.channels_last)), []
        for number, block in enumerate(self.down):
            x = block(x if number == 0 else halve(x), embedding)
            skipped.append(x)
        x = self.middle(x, embedding)
        for number, block in enumerate(self.up):
            x = block(torch.cat([x, skipped.pop()], dim=1), embedding)
            if number + 1 < len(self.up):
                x = interpolate(x, scale_factor=2, mode="nearest")
        return pixel_shuffle(self.leave(x, embedding), self.patch)[..., : side[0], : side[1]]


def halve(x):
    """Return the means of 2 x 2 pixels."""
    return nn.functional.avg_pool2d(x, 2)


class Dense(nn.Module):
    """The same for vectors (n, k): linear layers conditioned on time and attributes."""

    def __init__(self, n, width, depth, n_condition):
        super().__init__()
        self.embed, self.enter = Embedding(n_condition, width), nn.Linear(n, width)
        self.layers = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(depth))
        self.leave = nn.Linear(width, n)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, x, t, condition=None, kept=None):
        """Return (n, k)."""
        embedding, x = self.embed(t, condition, kept), self.enter(x)
        for layer in self.layers:
            x = x + silu(layer(torch.cat([x, embedding], dim=1)))
        return self.leave(x)


def denoiser(shape, width, factors, n_condition, centred=False, patch=1):
    """Return the denoiser for images of a shape (channel, y, x), or for vectors (k,), which have no centre."""
    if len(shape) == 3:
        return UNet(shape[0], width, factors, n_condition, centred, patch)
    return Dense(shape[0], width, len(factors), n_condition)
