"""What is asked for, drawn from the places of pixels: for images of one source in the centre."""

import torch
from torch import nn
from torch.nn.functional import leaky_relu, silu


class Sketch(nn.Module):
    """Maps drawn from places and from what is told alone: what is asked for, before anything is seen.

    In the first layer each place is weighed by what is told, so that an ellipse of any angle and size is one step away.
    """

    def __init__(self, width, told):
        super().__init__()
        self.outline = nn.Linear(told, 4 * width)
        self.scale = nn.Linear(told, width)
        self.inner, self.outer = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)

    def forward(self, maps, told):
        """Return maps (n, width, y, x) of places (1, 3, y, x)."""
        weights = self.outline(told).view(len(told), -1, 4)
        drawn = torch.einsum("nkp,pyx->nkyx", weights[..., :3], maps[0]) + weights[..., 3, None, None]
        return self.outer(silu(self.inner(silu(drawn)) * (1 + self.scale(told)[:, :, None, None])))


class ToldSketch(nn.Module):
    """Maps drawn from the places of pixels and from numbers (n, k), for maps of `width` channels."""

    def __init__(self, width, k):
        super().__init__()
        self.told, self.sketch = nn.Linear(k, 4 * width), Sketch(width, 4 * width)

    def forward(self, x, numbers):
        """Return maps (n, width, y, x), of the side of x."""
        return self.sketch(places(x.shape[-2:], x), leaky_relu(self.told(numbers), 0.2))


def places(side, like):
    """Return where pixels lie from the centre, (1, 3, y, x): r, r cos 2 phi and r sin 2 phi, r = 1 at the nearest edge.

    An ellipse of any angle is a sum of the three, with the cosine and sine that a condition tells of twice its angle.
    """
    y, x = (torch.linspace(-1, 1, n, dtype=like.dtype, device=like.device) for n in side)
    y, x = torch.meshgrid(y, x, indexing="ij")
    r = torch.hypot(x, y).clamp(min=1e-3)
    return torch.stack([r, (x**2 - y**2) / r, 2 * x * y / r])[None]
