"""Your own pictures without labels: files of any size, in folders, archives and tables."""

import logging
from typing import Literal

import numpy as np

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.fits_files import is_fits
from workflow_scripts.formats.image_planes import open_planes
from workflow_scripts.formats.images import PICTURE_SUFFIXES, image_of
from workflow_scripts.formats.picture_files import check_size, read_picture
from workflow_scripts.formats.picture_sets import picture_files
from workflow_scripts.formats.pictures import check_bands, with_bands
from workflow_scripts.imaging.squares import area_mean, square_corners
from workflow_scripts.settings.bases.datasets import Bands, FileOptions, Unit
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="pictures", linear=False)
N_REPORTED = 12  # unusable pictures that the error message lists


class Options(FileOptions):
    """Choice and preparation of the pictures: PNG, JPEG, TIFF, WebP or FITS."""

    files: list[str] = option(
        ...,
        "Pictures, folders or patterns of them, archives (ZIP, TAR), and tables (CSV) that list them.",
        min_length=1,
    )
    file_column: str = option("file", "Column of a table with the file names, relative to the folder of the table.")
    source_column: str = option(
        "source", "Column of a table with the addresses of the pictures; others are credit, licence and origin."
    )
    size: int = option(64, "Side of the images, by means over areas.", unit="pixel", ge=16)
    cut: Literal["centre", "squares"] = option(
        "centre", "The central square of a picture, or as many squares as its longer side has."
    )
    bands: Bands = "rgb"
    alpha: Literal["black", "drop"] = option(
        "black", "Transparent pictures: composited on black, or opaque as if there were no transparency."
    )
    unit: Unit = "stretched"
    max_megapixels: float = option(200.0, "Largest picture that is decoded.", gt=0)
    unusable: Literal["refuse", "skip"] = option(
        "refuse", "Pictures that cannot be read or do not fit: refuse: an error that lists them; skip: leave them out."
    )


def fetch(folder, options):
    """Record size, checksum and what is stated of every file; nothing is copied."""
    return [record(file) for file in files_of(options) if file.path.is_file()]


def files_of(options):
    """Yield the files of the pictures."""
    return picture_files(options.files, options.file_column, options.source_column)


def record(file):
    """Return the record of a file for the manifest."""
    stated = {name: getattr(file, name) for name in ("credit", "licence", "source", "origin")}
    size = file.path.stat().st_size
    return {"file": file.name, "bytes": size, "sha256": checksum(file.path, "sha256"), **stated}


def describe(folder, options):
    """Return the properties of the pixels."""
    return {"unit": options.unit, "band": "picture"}


def read(folder, options):
    """Yield each square, (size, size[, band]) float32, with its file, its group, and its corner and side in the file.

    Raises
    ------
    ValueError
        At the end, if pictures are unusable and `unusable` is `refuse`; the message lists them.
    """
    faults, n_files, first = [], 0, None
    for n_files, file in enumerate(files_of(options), 1):  # noqa: B007  (the number of files)
        try:
            pixels = pixels_of(file.path, options)
            first = first or (pixels[:1, :1], is_fits(file.path))
            check_alike(pixels, is_fits(file.path), first)
        except (ValueError, OSError) as error:
            faults.append(f"{file.name}: {str(error).removeprefix(f'{file.path}: ')}")
        else:
            for corner, square in squares_of(pixels, options):
                yield square, {"file": file.name, "group": file.name, **corner}
    report(faults, n_files, options.unusable)


def pixels_of(path, options):
    """Return the pixels of a file, (y, x[, band]) float32: from 0 to 1, or of FITS and floats in their own unit.

    Raises
    ------
    ValueError
        If the file cannot be read, is smaller than the images or has pixels that are not finite.
    """
    pixels = read_fits_pixels(path, options) if is_fits(path) else opaque_pixels(path, options)
    height, width = pixels.shape[:2]
    if min(height, width) < options.size:
        raise ValueError(f"{width}x{height} px is smaller than size, {options.size}")
    n_bad = np.size(pixels) - np.count_nonzero(np.isfinite(pixels))
    if n_bad:
        raise ValueError(f"{n_bad} pixels are NaN or infinite")
    return with_bands(pixels, options.bands)


def read_fits_pixels(path, options):
    """Return the pixels of the first image of a FITS file."""
    with open_planes(path) as planes:
        check_size(planes[0].shape[1], planes[0].shape[0], options.max_megapixels)
        return image_of(planes)[0].astype(np.float32)


def opaque_pixels(path, options):
    """Return the pixels of a picture; integers are divided by white."""
    if not path.name.lower().endswith(PICTURE_SUFFIXES):
        raise ValueError("neither PNG, JPEG, TIFF, WebP nor FITS, a table (CSV) or an archive (ZIP, TAR)")
    picture = read_picture(path, options.max_megapixels)
    pixels = picture.pixels.astype(np.float32) / np.float32(picture.white)
    if picture.alpha is None or options.alpha == "drop":
        return pixels
    opacity = picture.alpha.astype(np.float32) / np.float32(picture.white)
    return pixels * (opacity if pixels.ndim == 2 else opacity[..., None])


def check_alike(pixels, linear, first):
    """Raise an error for a picture with other bands than the first one, or for FITS among stretched pictures."""
    check_bands(pixels, first[0])
    if linear != first[1]:
        raise ValueError("FITS and other pictures together: their scales differ: use one of them")


def squares_of(pixels, options):
    """Yield the corner and side of every square of a picture, and its reduced image."""
    side = min(pixels.shape[:2])
    for x, y in square_corners(pixels.shape, options.cut):
        image = area_mean(pixels[y : y + side, x : x + side], options.size)
        yield {"x0": x, "y0": y, "side": side}, image


def report(faults, n_files, unusable):
    """Log the unusable pictures, or raise an error that lists them."""
    if not faults:
        return
    listed = "; ".join([*faults[:N_REPORTED], *([f"and {len(faults) - N_REPORTED} more"] * (len(faults) > N_REPORTED))])
    message = f"{len(faults)} of {n_files} pictures are unusable: {listed}"
    if unusable == "refuse":
        raise ValueError(f"{message} (set unusable: skip to continue without them)")
    logging.warning("%d of %d pictures are left out: %s", len(faults), n_files, "; ".join(faults))
