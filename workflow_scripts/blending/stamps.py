"""The galaxies that blends are made of: light, own pixels, and both moved to their place in a blend."""

import itertools
from functools import cache

import numpy as np
from scipy import fft

MARGIN = 16  # pixels around a mask that are shifted with it
TAPER = 8  # pixels at the edge where neighbours fade out before a sub-pixel shift: cut hard, they would ring


class StampSet:
    """Stamps in the form in which they are added up quickest.

    A real stamp contributes light and noise inside its own mask alone; a model contributes all of its light.

    Parameters
    ----------
    blocks : iterable of (images, labels)
        Stamps above their background (k, y, x[, band]) and their segmentation maps (k, y, x), some at a time.
    segval : (n,) int
        Each galaxy's label in its map.
    noise : (n,) or (n, band) float
        Standard deviation of each stamp's background.
    names : (n,) sequence
        What galaxies are called in messages.
    model : bool
        Whether the stamps are noiseless models.
    subpixel : bool
        Whether shifts will be fractions of pixels.

    Attributes
    ----------
    shape : tuple
        (y, x) or (y, x, band).

    Raises
    ------
    ValueError
        Where a galaxy has no pixel of its own, or pixels that are no numbers.
    """

    def __init__(self, blocks, segval, noise, names, *, model=False, subpixel=False):
        self.noise, self.model, self.subpixel = np.asarray(noise, float), bool(model), subpixel
        self.light, self.origins, self.masks, self.corners, self.shape = [], [], [], [], None
        self.spectra = {}
        segval = np.asarray(segval)
        for images, labels in blocks:
            start = len(self.masks)
            self.shape = images.shape[1:]
            own = labels == segval[start : start + len(labels), None, None]
            for number, image, mask, label in zip(itertools.count(start), images, own, labels, strict=False):
                self.add(image, mask, (label != 0) & ~mask if subpixel else None, names[number])

    def add(self, image, mask, neighbours, name):
        """Add a galaxy: the pixels around its mask, or all where they will be moved by fractions of pixels."""
        rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
        if not len(rows):
            raise ValueError(f"galaxy {name}: no pixel of its stamp carries its label: there is no object to blend")
        bad = int((~np.isfinite(image)).sum())
        if bad:
            raise ValueError(f"galaxy {name}: {bad} pixels of its stamp are NaN or infinite")
        box = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        self.masks.append(mask[box].astype(np.uint8))
        self.corners.append((box[0].start, box[1].start))
        if self.model:
            light, box = image, (slice(0, None), slice(0, None))
        elif self.subpixel:
            box = tuple(grown(part, size) for part, size in zip(box, mask.shape, strict=True))
            light = image[box] * like(np.where(neighbours[box], taper(neighbours[box].shape), np.float32(1)), image)
        else:
            light = np.where(like(mask[box], image), image[box], 0)
        self.light.append(light.astype(np.float32))
        self.origins.append((box[0].start, box[1].start))

    def own(self, member, shift):
        """Return where a galaxy's own pixels lie in a blend: the window of the frame, and the mask (h, w) in it.

        A mask moves by whole pixels: a fraction of a pixel is rounded.
        """
        mask, (row, column) = self.masks[member], self.corners[member]
        x, y = whole(shift)
        window, inner = overlap(row + y, column + x, mask.shape, self.shape)
        return window, mask[inner]

    def place(self, member, shift):
        """Return a galaxy in its place in a blend.

        Returns
        -------
        window : tuple of slice
            Part of the frame.
        light : (h, w[, band]) float32
        mask : (h, w) uint8
            Its own pixels; None for a model, whose window is not that of its mask.
        """
        light, (row, column), (x, y) = self.moved(member, shift), self.origins[member], whole(shift)
        if self.model:
            window, inner = overlap(y, x, light.shape, self.shape)
            return window, light[inner], None
        window, mask = self.own(member, shift)
        corner = row + y, column + x
        light = light[tuple(slice(part.start - by, part.stop - by) for part, by in zip(window, corner, strict=True))]
        return window, light * like(mask, light) if self.subpixel else light, mask

    def moved(self, member, shift):
        """Return a galaxy's light moved by the fraction of a pixel that whole pixels leave of a shift."""
        x, y = whole(shift)
        fraction = shift[0] - x, shift[1] - y
        light = self.light[member]
        if not any(fraction):
            return light
        if member not in self.spectra:  # a galaxy is in many blends: half of the work is done once
            self.spectra[member] = fft.rfft2(continued(light) if self.model else light, axes=(0, 1))
        if not self.model:
            return shift_spectrum(self.spectra[member], light.shape[:2], *fraction)
        height, width = light.shape[:2]
        size = height + 2 * MARGIN, width + 2 * MARGIN
        return shift_spectrum(self.spectra[member], size, *fraction)[MARGIN:-MARGIN, MARGIN:-MARGIN]


def whole(shift):
    """Return the whole pixels nearest to a shift (x, y)."""
    return round(float(shift[0])), round(float(shift[1]))


def like(plane, image):
    """Return a plane (y, x) that multiplies an image (y, x) or (y, x, band)."""
    return plane[..., None] if image.ndim == 3 else plane


def overlap(row, column, size, frame):
    """Return the window of a frame that a box covers, and the part of the box that lies in it.

    Parameters
    ----------
    row, column : int
        Corner of the box, possibly outside.
    size, frame : tuple
        Heights and widths.
    """
    top, left = max(row, 0), max(column, 0)
    bottom, right = max(min(row + size[0], frame[0]), top), max(min(column + size[1], frame[1]), left)
    if bottom == top or right == left:
        return (slice(0, 0), slice(0, 0)), (slice(0, 0), slice(0, 0))
    inner = slice(top - row, bottom - row), slice(left - column, right - column)
    return (slice(top, bottom), slice(left, right)), inner


def grown(part, size):
    """Return a run of pixels with a margin on both sides, inside the stamp and as long as a transform likes it."""
    wanted = min(fft.next_fast_len(part.stop - part.start + 2 * MARGIN, real=True), size)
    start = min(max((part.start + part.stop - wanted) // 2, 0), size - wanted)
    return slice(start, start + wanted)


def continued(light):
    """Return a model's light with a margin that continues it and falls to 0: its transform knows no opposite edge."""
    margins = ((MARGIN, MARGIN),) * 2 + ((0, 0),) * (light.ndim - 2)
    whole = np.pad(light, margins, mode="reflect", reflect_type="odd")
    return whole * like(taper(whole.shape[:2]), whole)


@cache
def taper(shape):
    """Return weights (y, x) that fall to 0 over the pixels at the edge, as half a cosine."""
    sides = []
    for size in shape:
        distance = np.minimum(np.arange(size), np.arange(size)[::-1]) + 0.5
        sides.append(np.sin(0.5 * np.pi * np.minimum(distance / min(TAPER, size / 4), 1)) ** 2)
    return np.outer(*sides).astype(np.float32)


def shift_fraction(image, x, y):
    """Move an image by fractions of a pixel through its Fourier transform.

    Only phases change (the highest frequency of an even size, which no phase can move, stays): white or correlated
    noise keeps its variance, and the shift back returns the image. A source that is not convolved with a PSF holds
    frequencies beyond the pixels' and rings.

    Parameters
    ----------
    image : (y, x) or (y, x, band) float32
    x, y : float
        Towards larger x and y.
    """
    return shift_spectrum(fft.rfft2(image, axes=(0, 1)), image.shape[:2], x, y)


def shift_spectrum(spectrum, size, x, y):
    """Return the image (height, width) = size that a shifted spectrum is of."""
    height, width = size
    factor = phase(fft.fftfreq(height), y)[:, None] * phase(fft.rfftfreq(width), x)
    return fft.irfft2(spectrum * like(factor, spectrum), s=size, axes=(0, 1))


def phase(frequency, shift):
    """Return the factors that move an image: exp(-2 pi i f d), and 1 at the highest frequency of an even size."""
    factor = np.exp(-2j * np.pi * frequency * shift).astype(np.complex64)
    factor[np.abs(frequency) == 0.5] = 1
    return factor
