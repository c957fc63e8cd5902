"""TIFF as files of pictures: their depth, channels and photometric sense."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from tifffile import PHOTOMETRIC, TiffFile, TiffPage

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
DIRECT = (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE, PHOTOMETRIC.RGB)  # samples are brightness, or its negative
STRAIGHT, PREMULTIPLIED = 2, 1  # values of the tag ExtraSamples


def is_tiff(first):
    """Return whether the first bytes of a file are those of a TIFF."""
    return first.startswith(SIGNATURES)


@contextmanager
def open_tiff(path):
    """Yield the first page of a TIFF, a `TiffPicture`."""
    with TiffFile(path) as file:
        yield TiffPicture(file.pages.first, sum(not page.is_reduced for page in file.pages))


@dataclass(frozen=True)
class TiffPicture:
    """A page of an open TIFF, and the number of pages without thumbnails."""

    page: TiffPage
    n_pages: int

    @property
    def width(self):
        """Number of columns."""
        return self.page.imagewidth

    @property
    def height(self):
        """Number of rows."""
        return self.page.imagelength

    @property
    def orientation(self):
        """Value of the tag Orientation."""
        return self.page.tags.valueof("Orientation", 1)

    @property
    def white_is_zero(self):
        """Whether larger samples are darker."""
        return self.page.photometric == PHOTOMETRIC.MINISWHITE

    @property
    def white(self):
        """Value of white: the largest one of the bit depth, or 1 for floats."""
        kind = np.dtype(self.page.dtype or "u1").kind
        return 1.0 if kind == "f" else 2.0 ** (self.page.bitspersample - (kind == "i")) - 1

    @property
    def has_alpha(self):
        """Whether the last sample is an opacity."""
        return tuple(self.page.extrasamples) == (STRAIGHT,)

    def read(self):
        """Return the samples (y, x[, sample]), or None if Pillow has to decode them.

        Raises
        ------
        ValueError
            If neither can: Pillow reduces several samples of 16 bits to 8.
        """
        page = self.page
        direct = page.photometric in DIRECT and page.bitspersample >= 8 and page.bitspersample % 8 == 0
        deep = page.bitspersample > 8 and page.samplesperpixel > 1
        try:
            samples = page.asarray() if direct and PREMULTIPLIED not in page.extrasamples else None
        except ValueError as error:
            samples, unreadable = None, "requires the 'imagecodecs' package" not in str(error)
            if unreadable:
                raise
        if samples is None and (deep or page.samplesperpixel > 4):
            known = f"{page.samplesperpixel} samples of {page.bitspersample} bits with {page.compression.name}"
            raise ValueError(f"{known} compression: save it uncompressed, or compressed by Deflate (ZIP)")
        return np.moveaxis(samples, 0, -1) if samples is not None and page.axes == "SYX" else samples

    def brightness(self, samples):
        """Return samples with larger values brighter.

        Raises
        ------
        ValueError
            If white is 0 and black is not defined.
        """
        if not self.white_is_zero:
            return samples
        if samples.dtype.kind != "u":
            raise ValueError("white is 0 (MINISWHITE) and samples are not unsigned integers: black is not defined")
        return (int(self.white) - samples).astype(samples.dtype)
