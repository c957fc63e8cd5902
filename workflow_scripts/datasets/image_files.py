"""Your own survey: image files on disk (FITS, PNG, JPEG, TIFF, WebP, NPY), one field or one mosaic each."""

import hashlib
from pathlib import Path

import numpy as np

from workflow_scripts.formats.fits_files import is_fits
from workflow_scripts.formats.image_planes import open_planes
from workflow_scripts.formats.images import image_of, read_image
from workflow_scripts.settings.bases.datasets import CalibrationOptions, FileOptions, Unit
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option
from workflow_scripts.surveys.pixel_scales import scale_of

DECLARATION = Dataset(holds="images")


class Options(FileOptions, CalibrationOptions):
    """Choice of the planes, and calibration of the pixels."""

    hdu: int = option(-1, "Extension of a FITS file; -1: the first one with an image.", ge=-1)
    band: int = option(-1, "Plane of an image with several bands; -1: their mean.", ge=-1)
    unit: Unit = ""


def fetch(folder, options):
    """Record sizes and checksums of the files; nothing is copied."""
    records = []
    for path in map(Path, options.files):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        records.append({"file": str(path), "bytes": path.stat().st_size, "sha256": digest})
    return records


def read(folder, options):
    """Yield each image, (y, x) float32, with its labels."""
    for path in map(Path, options.files):
        image, header = read_linear(path, None if options.hdu < 0 else options.hdu)
        yield (
            one_plane(image, options.band, path),
            {
                "name": str(path),
                "unit": options.unit or header.get("unit", "DN"),
                "band": "mean" if options.band < 0 else str(options.band),
                "pixel_scale_arcsec": options.pixel_scale_arcsec or header.get("pixel_scale_arcsec"),
                "zeropoint_ab": options.zeropoint_ab if options.photometric else None,
            },
        )


def read_linear(path, hdu):
    """Return an image and its metadata like `read_image`, with pixels proportional to flux.

    Raises
    ------
    ValueError
        If the header of a FITS file states another scale, which cannot be inverted.
    """
    if not is_fits(path):
        return read_image(path)
    with open_planes(path, hdu) as planes:
        scale = scale_of(planes[0].header, planes[0].name)
        image, header = image_of(planes)
        return scale.linear(image), header


def one_plane(image, band, path):
    """Return one plane of an image as float32.

    Raises
    ------
    ValueError
        If the image does not have two axes, or three with the band last.
    """
    if image.ndim == 2:
        return image.astype(np.float32)
    if image.ndim == 3 and image.shape[-1] <= 16 and band < image.shape[-1]:
        return image.mean(axis=-1, dtype=np.float32) if band < 0 else image[..., band].astype(np.float32)
    raise ValueError(f"{path}: an image of shape {image.shape}; expected (y, x), or (y, x, band) with this band")
