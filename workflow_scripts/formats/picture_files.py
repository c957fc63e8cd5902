"""Pictures as files, PNG, JPEG, WebP and TIFF: decoded to the values that a viewer displays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from workflow_scripts.formats.deep_png import is_deep_png, read_deep_png
from workflow_scripts.formats.tiff_pictures import is_tiff, open_tiff

MAX_MEGAPIXELS = 500  # of a picture, unless an option says otherwise
DECODED = ("PNG", "JPEG", "WEBP")
Image.MAX_IMAGE_PIXELS = None  # `check_size` refuses large pictures, with a remedy


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright, larger values brighter.

    Attributes
    ----------
    pixels : (y, x) or (y, x, band)
        In the type of the file.
    white : float
        Value of white: the largest one of the bit depth, or 1 for floats.
    alpha : (y, x) or None
        Opacity, up to `white`.
    """

    pixels: np.ndarray
    white: float
    alpha: np.ndarray | None = None


def read_picture(path, max_megapixels=MAX_MEGAPIXELS):
    """Decode a picture: palettes and CMYK to RGB, turned as its EXIF orientation requires.

    Raises
    ------
    ValueError
        If the file is missing, empty, damaged, animated, in another format or larger than `max_megapixels`. The message
        begins with the path.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path}: {'a folder, not a file' if path.is_dir() else 'no such file'}")
    if not path.stat().st_size:
        raise ValueError(f"{path}: not a readable image (the file is empty)")
    try:
        return decoded_by(path)(path, max_megapixels)
    except Exception as error:  # decoders raise many kinds of exceptions
        text = "neither PNG, JPEG, TIFF nor WebP" if isinstance(error, Image.UnidentifiedImageError) else str(error)
        reason = (text or type(error).__name__).strip().splitlines()[0]
        raise ValueError(f"{path}: not a readable image ({reason})") from None


def decoded_by(path):
    """Return the decoder of a file by its first bytes, as names may be wrong."""
    with path.open("rb") as file:
        first = file.read(32)
    if is_tiff(first):
        return read_tiff
    return read_deep if is_deep_png(first) else read_by_pillow


def check_size(width, height, max_megapixels):
    """Raise an error for a picture that is too large to be decoded.

    Raises
    ------
    ValueError
        If it is; the message has the remedy.
    """
    if width * height > max_megapixels * 1e6:
        raise ValueError(
            f"{width}x{height} px are more than {max_megapixels:g} megapixels: raise the data set's max_megapixels if "
            "it has this option, or reduce or divide the picture"
        )


def check_frames(count):
    """Raise an error for an animation, or for several pages."""
    if count > 1:
        raise ValueError(f"{count} frames or pages: save the one that you need")


def read_deep(path, max_megapixels):
    """Decode a PNG with several channels of 16 bits."""
    samples = read_deep_png(path, lambda width, height: check_size(width, height, max_megapixels))
    with Image.open(path) as image:
        check_frames(getattr(image, "n_frames", 1))
        orientation = image.getexif().get(ORIENTATION, 1)
    return picture_of(oriented(samples, orientation), 65535, has_alpha=samples.shape[-1] % 2 == 0)


def read_by_pillow(path, max_megapixels):
    """Decode a picture of at most 8 bits per channel, or one channel of 16."""
    with Image.open(path, formats=DECODED) as image:
        check_size(*image.size, max_megapixels)
        # MPO: a JPEG with a second picture, as some cameras write it.
        check_frames(1 if image.format == "MPO" else getattr(image, "n_frames", 1))
        return from_pillow(image)


def from_pillow(image, white=None):
    """Return an open picture of Pillow, decoded; `white` is that of samples in two bytes."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        return picture_of(np.asarray(upright), 1.0 if upright.mode == "F" else white or 65535)
    gray = upright.mode in ("1", "L", "LA", "La")
    clear = upright.has_transparency_data
    pixels = np.asarray(upright.convert(("LA" if clear else "L") if gray else ("RGBA" if clear else "RGB")))
    return picture_of(pixels, 255, has_alpha=clear)


def picture_of(pixels, white, has_alpha=False):
    """Return pixels (y, x) or (y, x, channel) as a picture; one channel loses its axis, the last one may be alpha."""
    alpha, colours = (pixels[..., -1], pixels[..., :-1]) if has_alpha else (None, pixels)
    flat = colours[..., 0] if colours.ndim == 3 and colours.shape[-1] == 1 else colours
    return Picture(flat, float(white), alpha)


def read_tiff(path, max_megapixels):
    """Decode a TIFF: by Pillow if it has a palette, CMYK, JPEG or LZW compression, else by tifffile."""
    with open_tiff(path) as tiff:
        check_size(tiff.width, tiff.height, max_megapixels)
        check_frames(tiff.n_pages)
        samples = tiff.read()
        if samples is not None:
            upright = oriented(samples, tiff.orientation)
            return picture_of(tiff.brightness(upright), tiff.white, tiff.has_alpha)
    with Image.open(path, formats=["TIFF"]) as image:
        found = from_pillow(image, tiff.white)
    inverted = tiff.white_is_zero and found.pixels.dtype.itemsize > 1  # Pillow inverts 8 bits, not 16
    return Picture(tiff.brightness(found.pixels) if inverted else found.pixels, found.white, found.alpha)


ORIENTATION = 274  # the EXIF tag
TURNS = {  # by its value: how rows and columns as stored become an upright picture
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
}


def oriented(pixels, orientation):
    """Return pixels turned or mirrored by an EXIF orientation; an invalid one changes nothing."""
    return TURNS.get(orientation, lambda same: same)(pixels)
