"""Resampling of stamps: subpixel shifts, rotations by right angles, reflections, changes of flux and size.

Whittaker-Shannon interpolation of a stamp that is 0 outside: y = A_y s A_x^T with the sinc of the distances. It
preserves the variance of the noise, which splines reduce. There is no ringing, as the stamps fall smoothly to 0.
"""

from dataclasses import dataclass

import numpy as np

MARGIN = 2  # zero pixels around a stamp, for the sinc
LEAST_SHIFT = 1e-6  # pixel: avoids a division by 0
SMALLEST = 13  # side of the smallest square, pixel
GROWTH = 1.12  # ratio of the sides of consecutive groups of squares


@dataclass(frozen=True)
class Placement:
    """Positions of sources of a library in a field, and their changes.

    Attributes
    ----------
    row : (n,) int
        Row of the library.
    x, y : (n,) float
        Centre in the field, first pixel 0.
    symmetry : (n,) int
        One of the eight of the square: bit 1 mirrors y, bit 2 mirrors x, bit 4 exchanges both.
    flux, size : (n,) float
        Factors.
    """

    row: np.ndarray
    x: np.ndarray
    y: np.ndarray
    symmetry: np.ndarray
    flux: np.ndarray
    size: np.ndarray

    def take(self, rows):
        """Return the placement of some of its sources."""
        return Placement(*(values[rows] for values in vars(self).values()))


class StampSquares:
    """The stamps of a library in squares of few sizes, with the source at the central pixel, for resampling.

    Attributes
    ----------
    side, place : (n,) int
        Side of the square of each source, and its row among the squares of that side.
    squares : dict of int to (m, 2, side, side) float32
        Light and weight.
    offset : (n, 2) float
        x, y of the centre relative to the central pixel.
    """

    def __init__(self, library):
        nearest = np.round(np.column_stack([library.x, library.y])).astype(int)
        self.offset = np.column_stack([library.x, library.y]) - nearest
        last = np.column_stack([library.width, library.height]) - 1
        reach = np.maximum(nearest, last - nearest).max(axis=1) + MARGIN
        self.side = np.array([square_side(one) for one in reach])
        self.place = np.zeros(len(library), int)
        self.squares = {}
        for side in np.unique(self.side):
            rows = np.nonzero(self.side == side)[0]
            self.place[rows] = np.arange(len(rows))
            self.squares[int(side)] = np.zeros((len(rows), 2, side, side), np.float32)
        for row, stamp in enumerate(library.stamps()):
            x, y = self.side[row] // 2 - nearest[row]
            height, width = stamp[0].shape
            self.squares[int(self.side[row])][self.place[row], :, y : y + height, x : x + width] = stamp

    @property
    def reach(self):
        """Return the largest distance of a pixel from its source, pixel."""
        return int(self.side.max()) // 2 + 1

    def reaching(self, placement, shape):
        """Return the rows of a placement whose stamps extend into a field."""
        far = self.side[placement.row] / 2 * placement.size + 1
        inside = (placement.x > -far) & (placement.y > -far)
        return np.nonzero(inside & (placement.x < shape[1] + far) & (placement.y < shape[0] + far))[0]

    def resampled(self, placement):
        """Yield light, squared weight and first pixel of placed sources, in groups of one size.

        Yields
        ------
        moved : (m, side, side, 2) float32
            Light, and the ratio of the variance of the noise of the stamp to that of the image.
        left, top : (m,) int
            Position of the first pixel in the field.
        """
        sides = self.side[placement.row]
        for side in np.unique(sides):
            rows = np.nonzero(sides == side)[0]
            yield self.resample_group(int(side), placement.take(rows))

    def resample_group(self, side, placement):
        """Return one item of `resampled`, for sources whose squares have one size."""
        stamps, offset = self.squares[side][self.place[placement.row]], self.offset[placement.row]
        transposed = placement.symmetry & 4 > 0
        stamps[transposed], offset[transposed] = stamps[transposed].swapaxes(2, 3), offset[transposed, ::-1]
        out = side if placement.size.max() <= 1 else odd(np.ceil(side * placement.size.max()))
        sign = {bit: np.where(placement.symmetry & bit, -1, 1) for bit in (1, 2)}
        left, across = interpolation(side, out, offset[:, 0], placement.x, sign[2], placement.size)
        top, down = interpolation(side, out, offset[:, 1], placement.y, sign[1], placement.size)
        moved = np.matmul(np.matmul(down[:, None], stamps), across[:, None].swapaxes(2, 3))
        moved *= (placement.flux / placement.size**2).astype(np.float32)[:, None, None, None]
        np.square(moved[:, 1], out=moved[:, 1])
        return np.ascontiguousarray(np.moveaxis(moved, 1, -1)), left, top


def turned(offset, symmetry):
    """Return offsets (n, 2) of x, y from the central pixel after a symmetry: a stamp placed there is not resampled."""
    offset = np.where(symmetry[:, None] & 4, offset[:, ::-1], offset)
    return np.where(symmetry[:, None] & [2, 1], -offset, offset)


def interpolation(side, out, offset, position, sign, size):
    """Return the first pixel of stamps along one axis, and the matrices of their interpolation.

    Parameters
    ----------
    side, out : int
        Side of the stamps before and after, pixel.
    offset, position : (n,) float
        Centre relative to the central pixel of the stamp, and in the field.
    sign : (n,) int
        -1 for a reflection.
    size : (n,) float
        Factor of the size.

    Returns
    -------
    first : (n,) int
    matrix : (n, out, side) float32
    """
    first = np.round(position).astype(int) - out // 2
    at = sign[:, None] * (first[:, None] + np.arange(out) - position[:, None]) / size[:, None]
    at += side // 2 + offset[:, None]
    whole = np.rint(at)
    rest = at - whole
    rest[np.abs(rest) < LEAST_SHIFT] = LEAST_SHIFT
    # sin(pi (v - j)) = (-1)^(k - j) sin(pi (v - k)), k the pixel nearest to v: one sine per row
    step = (whole[:, :, None] - np.arange(side)).astype(np.float32)
    step += rest[:, :, None].astype(np.float32)
    wave = np.sin(np.pi * rest) / np.pi * np.where(whole % 2, -1, 1)
    matrix = wave.astype(np.float32)[:, :, None] / step
    matrix[:, :, 1::2] *= -1
    return first, matrix


def square_side(reach):
    """Return the smallest of a few sides of squares with all pixels within `reach` of the central pixel."""
    step = np.ceil(np.log((2 * reach + 1) / SMALLEST) / np.log(GROWTH))
    return odd(np.ceil(SMALLEST * GROWTH ** max(step, 0)))


def odd(side):
    """Return a number, or the next larger one if it is even."""
    return int(side) | 1


def add_stamps(field, moved, left, top):
    """Add stamps (n, side, side, plane) to a field (y, x, plane) in place; pixels outside are ignored."""
    height, width = field.shape[:2]
    side = moved.shape[1]
    for stamp, x, y in zip(moved, left, top, strict=True):
        y0, y1, x0, x1 = max(y, 0), min(y + side, height), max(x, 0), min(x + side, width)
        if y0 < y1 and x0 < x1:
            field[y0:y1, x0:x1] += stamp[y0 - y : y1 - y, x0 - x : x1 - x]


def render(shape, squares, placement):
    """Return the light of sources, and the ratio of their noise variance to that of the image, each (y, x) float32."""
    field = np.zeros((*shape, 2), np.float32)
    for moved, left, top in squares.resampled(placement.take(squares.reaching(placement, shape))):
        add_stamps(field, moved, left.tolist(), top.tolist())
    return field[:, :, 0], field[:, :, 1]
