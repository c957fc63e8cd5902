"""FITS files as surveys deliver them: compressed or damaged, with images in any extension."""

import bz2
import gzip
import logging
import shutil
import tempfile
import warnings
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import Path

from astropy.io import fits

from workflow_scripts.formats.image_roles import role_of

ENDINGS = tuple(kind + packed for kind in (".fits", ".fit", ".fts") for packed in ("", ".fz", ".gz", ".bz2"))
PACKED = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open}  # by the first two bytes: names may be wrong
BLOCK = 2880  # bytes; FITS files consist of whole blocks
N_REPORTED = 12  # extensions that a message lists


def is_fits(path):
    """Return whether the name of a file is that of a FITS file."""
    return str(path).lower().endswith((*ENDINGS, ".fz"))


@contextmanager
def open_fits(path):
    """Yield an open FITS file; pixels are read when they are requested.

    A file compressed as a whole (gzip, bzip2) is decompressed to a temporary file, so that windows of it are read in
    constant memory and its checksum is verified.

    Raises
    ------
    ValueError
        If the file is missing, not FITS, or damaged.
    """
    if not Path(path).is_file():
        raise ValueError(f"{path}: no such file")
    with ExitStack() as opened:
        with explained(path, "not a readable image"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = opened.enter_context(fits.open(opened.enter_context(unpacked(path)), memmap=False))
            file[len(file) - 1]  # the headers of all extensions
        yield file


@contextmanager
def unpacked(path):
    """Yield a FITS file as an open file of bytes, decompressed if necessary."""
    with Path(path).open("rb") as file:
        opener = PACKED.get(file.peek(2)[:2])
        if opener is None:
            yield file
            return
        with tempfile.NamedTemporaryFile(suffix=".fits") as copy:
            with explained(path, "the compressed file is damaged or incomplete", "copy or download it again"):
                with opener(file) as packed:
                    shutil.copyfileobj(packed, copy, 2**20)
            copy.flush()
            logging.info("%s: decompressed to a temporary file of %.0f MB", path, copy.tell() / 1e6)
            with Path(copy.name).open("rb") as whole:
                yield whole


@contextmanager
def explained(name, fault, remedy=""):
    """Raise the errors of a reader as `ValueError` in one line: file, fault, reason, remedy."""
    try:
        yield
    except (OSError, EOFError, TypeError, ValueError, KeyError, IndexError, zlib.error) as error:
        if isinstance(error, ValueError) and str(error).startswith(str(name)):
            raise
        reason = (str(error) or type(error).__name__).strip().splitlines()[0]
        raise ValueError(f"{name}: {fault} ({reason})" + (f": {remedy}" if remedy else "")) from None


def find_image(file, path, extension=None, role="science"):
    """Return the image extension of an open FITS file that is to be read.

    Parameters
    ----------
    file : astropy.io.fits.HDUList
    path : str or Path
        For messages.
    extension : int, str or None
        Number, name (`SCI`) or name and version (`SCI,2`). None: the first image whose name states the role, or else
        the first image.
    role : str
        Key of `image_roles.ROLES`; an image without a stated role is a science image.

    Returns
    -------
    hdu : astropy.io.fits.ImageHDU or CompImageHDU
    name : str
        Name of the image in messages, `file.fits[SCI]`.

    Raises
    ------
    ValueError
        If there is no such extension, or it contains no image or not all of its pixels.
    """
    if extension is None:
        images = [number for number, hdu in enumerate(file) if has_image(hdu)]
        if not images:
            raise ValueError(f"{path}: it contains no image{listed(file)}")
        number = next((one for one in images if (role_of(file[one].name) or "science") == role), images[0])
    else:
        number = number_of(file, path, extension)
    hdu = file[number]
    name = f"{path}[{hdu.name if hdu.name not in ('', 'PRIMARY') else number}]" if len(file) > 1 else str(path)
    if not has_image(hdu):
        what = "is a table" if not hdu.is_image else "has no pixels"
        raise ValueError(f"{name}: this extension {what}{listed(file)}")
    check_size(hdu, name)
    return hdu, name


def has_image(hdu):
    """Return whether an extension is an image with at least two axes."""
    return hdu.is_image and len(hdu.shape or ()) >= 2 and 0 not in hdu.shape


def number_of(file, path, extension):
    """Return the number of an extension given by number, name, or name and version.

    Raises
    ------
    ValueError
        If there is none; the message lists those that exist.
    """
    name, _, version = str(extension).partition(",")
    key = int(name) if name.strip().isdigit() else (name.strip(), int(version)) if version.strip() else name.strip()
    try:
        number = file.index_of(key)
    except (KeyError, ValueError):
        number = len(file)
    if number >= len(file):
        raise ValueError(f"{path}: no extension {extension}{listed(file)}")
    return number


def listed(file):
    """Return the end of a message: the extensions of a file with their contents."""
    words = [f"{number} {hdu.name} ({contents(hdu)})" for number, hdu in enumerate(file)]
    more = f" and {len(words) - N_REPORTED} more" if len(words) > N_REPORTED else ""
    return f"; its extensions: {', '.join(words[:N_REPORTED])}{more}"


def contents(hdu):
    """Return the content of an extension in words."""
    if not hdu.is_image:
        return "table"
    return "x".join(map(str, hdu.shape[::-1])) + " px" if hdu.shape else "empty"


def check_size(hdu, name):
    """Raise an error for a file that ends before the pixels of an extension do.

    Raises
    ------
    ValueError
        If bytes are missing.
    """
    place = hdu.fileinfo()
    # the last block of a compressed image may lack its padding; its missing tiles are errors when they are read
    n_bytes = place["datSpan"] - BLOCK + 1 if isinstance(hdu, fits.CompImageHDU) else hdu.size
    missing = place["datLoc"] + n_bytes - place["file"].size
    if missing > 0:
        raise ValueError(f"{name}: the file is truncated, {missing} bytes are missing: copy or download it again")
