"""A sketch of the condition from pixel coordinates: for images of one source in the centre."""

import torch
from torch import nn
from torch.nn.functional import leaky_relu, silu


class Sketch(nn.Module):
    """Maps that depend on pixel coordinates and an embedding alone: the requested source, before any pixel is seen.

    The first layer weighs the coordinates by the embedding, so that it represents an ellipse of any angle and size.
    """

    def __init__(self, width, n_embedding):
        super().__init__()
        self.outline = nn.Linear(n_embedding, 4 * width)
        self.scale = nn.Linear(n_embedding, width)
        self.inner, self.outer = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)

    def forward(self, coordinates, embedding):
        """Return maps (n, width, y, x) for coordinates (1, 3, y, x) and embeddings (n, n_embedding)."""
        weights = self.outline(embedding).view(len(embedding), -1, 4)
        drawn = torch.einsum("nkp,pyx->nkyx", weights[..., :3], coordinates[0]) + weights[..., 3, None, None]
        return self.outer(silu(self.inner(silu(drawn)) * (1 + self.scale(embedding)[:, :, None, None])))


class ConditionSketch(nn.Module):
    """A sketch of `width` channels of a condition, or any other vector (n, k)."""

    def __init__(self, width, k):
        super().__init__()
        self.embed, self.sketch = nn.Linear(k, 4 * width), Sketch(width, 4 * width)

    def forward(self, x, condition):
        """Return maps (n, width, y, x), of the side of x."""
        return self.sketch(centred_coordinates(x.shape[-2:], x), leaky_relu(self.embed(condition), 0.2))


def centred_coordinates(side, like):
    """Return r, r cos 2 phi and r sin 2 phi of pixels, (1, 3, y, x), with r = 1 at the nearest edge.

    An ellipse of any position angle is a linear combination of the three, whose weights are the cosine and sine of
    twice the angle: the encoding of an angle in a condition.
    """
    y, x = (torch.linspace(-1, 1, n, dtype=like.dtype, device=like.device) for n in side)
    y, x = torch.meshgrid(y, x, indexing="ij")
    r = torch.hypot(x, y).clamp(min=1e-3)
    return torch.stack([r, (x**2 - y**2) / r, 2 * x * y / r])[None]
