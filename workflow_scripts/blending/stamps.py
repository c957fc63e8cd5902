"""The galaxies of blends: their light and masks, and both shifted to their position in a blend."""

import itertools
from functools import cache

import numpy as np
from scipy import fft

MARGIN = 16  # pixels around a mask that are shifted with it
TAPER = 8  # pixels at the edge over which neighbours are tapered before a sub-pixel shift, to prevent ringing


class StampSet:
    """Stamps in a form that is fast to add.

    A real stamp contributes light and noise inside its own mask alone; a model contributes all of its light.

    Parameters
    ----------
    blocks : iterable of (images, labels)
        Blocks of background-subtracted stamps (k, y, x[, band]) and of segmentation maps (k, y, x).
    segval : (n,) int
        Label of each galaxy in its map.
    noise : (n,) or (n, band) float
        Standard deviation of the background of each stamp.
    names : (n,) sequence
        Names of the galaxies in messages.
    model : bool
        Whether the stamps are noiseless models.
    subpixel : bool
        Whether shifts may be fractions of pixels.

    Attributes
    ----------
    shape : tuple
        (y, x) or (y, x, band).

    Raises
    ------
    ValueError
        If a galaxy has no pixels in its map, or pixels that are not finite.
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

    @classmethod
    def of(cls, source, *, images=True, model=None, subpixel=False):
        """Return the stamps of open files, `formats.blends.StampFile`.

        Parameters
        ----------
        source : StampFile
        images : bool
            False reads the segmentation maps alone.
        model : bool or None
            None: as the files state.
        """
        form = {"model": source.is_model if model is None else model, "subpixel": subpixel}
        return cls(source.blocks(images=images), source.table["segval"], source.noise, source.table["id"], **form)

    def add(self, image, mask, neighbours, name):
        """Add a galaxy: the pixels of its mask, with a margin for sub-pixel shifts; all pixels of a model."""
        rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
        if not len(rows):
            raise ValueError(f"galaxy {name}: no pixel of its segmentation map has its label: no object to blend")
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
        """Return the mask of a galaxy in a blend: the window of the frame, and the mask (h, w) in it.

        A mask is shifted by whole pixels: fractions are rounded.
        """
        mask, (row, column) = self.masks[member], self.corners[member]
        x, y = whole(shift)
        window, inner = overlap(row + y, column + x, mask.shape, self.shape)
        return window, mask[inner]

    def place(self, member, shift):
        """Return a galaxy at its position in a blend.

        Returns
        -------
        window : tuple of slice
            Region of the frame.
        light : (h, w[, band]) float32
        mask : (h, w) uint8
            Its mask; None for a model, whose window is not that of its mask.
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
        """Return the light of a galaxy shifted by the sub-pixel part of a shift."""
        x, y = whole(shift)
        fraction = shift[0] - x, shift[1] - y
        light = self.light[member]
        if not any(fraction):
            return light
        if member not in self.spectra:  # cached, as a galaxy is in many blends
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
    """Return a plane (y, x) that broadcasts with an image (y, x) or (y, x, band)."""
    return plane[..., None] if image.ndim == 3 else plane


def overlap(row, column, size, frame):
    """Return the window of a frame that a box covers, and the region of the box inside the frame.

    Parameters
    ----------
    row, column : int
        Corner of the box, possibly outside the frame.
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
    """Return a range of pixels with a margin on both sides, inside the stamp and of a fast length for transforms."""
    length = min(fft.next_fast_len(part.stop - part.start + 2 * MARGIN, real=True), size)
    start = min(max((part.start + part.stop - length) // 2, 0), size - length)
    return slice(start, start + length)


def continued(light):
    """Return the light of a model, continued over a margin in which it falls to 0, to prevent wrap-around."""
    margins = ((MARGIN, MARGIN),) * 2 + ((0, 0),) * (light.ndim - 2)
    whole = np.pad(light, margins, mode="reflect", reflect_type="odd")
    return whole * like(taper(whole.shape[:2]), whole)


@cache
def taper(shape):
    """Return weights (y, x) that fall to 0 at the edge with a raised cosine."""
    sides = []
    for size in shape:
        distance = np.minimum(np.arange(size), np.arange(size)[::-1]) + 0.5
        sides.append(np.sin(0.5 * np.pi * np.minimum(distance / min(TAPER, size / 4), 1)) ** 2)
    return np.outer(*sides).astype(np.float32)


def shift_fraction(image, x, y):
    """Shift an image by fractions of a pixel through its Fourier transform.

    Only phases change (the Nyquist frequency of an even size is not shifted): white and correlated noise keep their
    variance, and the inverse shift restores the image. A source that is not convolved with a PSF is undersampled and
    rings.

    Parameters
    ----------
    image : (y, x) or (y, x, band) float32
    x, y : float
        Shifts towards larger x and y.
    """
    return shift_spectrum(fft.rfft2(image, axes=(0, 1)), image.shape[:2], x, y)


def shift_spectrum(spectrum, size, x, y):
    """Return the image of size (height, width) of a shifted spectrum."""
    height, width = size
    factor = phase(fft.fftfreq(height), y)[:, None] * phase(fft.rfftfreq(width), x)
    return fft.irfft2(spectrum * like(factor, spectrum), s=size, axes=(0, 1))


def phase(frequency, shift):
    """Return the phase factors of a shift: exp(-2 pi i f d), and 1 at the Nyquist frequency of an even size."""
    factor = np.exp(-2j * np.pi * frequency * shift).astype(np.complex64)
    factor[np.abs(frequency) == 0.5] = 1
    return factor
