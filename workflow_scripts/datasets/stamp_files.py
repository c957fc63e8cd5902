"""Your own stamps: images and segmentation maps as NPY, and a CSV with a row per stamp."""

import logging
from collections import Counter
from pathlib import Path

import numpy as np

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.stamp_arrays import open_stamps, some
from workflow_scripts.imaging.stamps import fit_labels
from workflow_scripts.measuring.stamp_checks import fault_of, local_level
from workflow_scripts.settings.bases.datasets import CalibrationOptions, FileOptions, StampOptions, Unit
from workflow_scripts.settings.contracts.datasets import Dataset
from workflow_scripts.settings.declared import option

DECLARATION = Dataset(holds="stamps")


class Options(FileOptions, StampOptions, CalibrationOptions):
    """The files, and calibration of the pixels.

    Images are (n, s, s) or (n, s, s, band), segmentation maps (n, s, s); the catalogue has columns `id, mag,
    flux_radius, segval` and, optionally, `ra, dec, field, mag_err, z, galtype, clean_flag`; radii in pixels.
    """

    files: list[str] = option(
        ..., "Three files in this order: images.npy, segmentation.npy, catalogue.csv.", min_length=3, max_length=3
    )
    unit: Unit = "DN"
    band: str = option("", "Name of the band.")
    model: bool = option(False, "Stamps are noiseless models.")
    noise: float = option(
        0.0, "Noise per pixel of the exposure that models represent, in the unit of the pixels.", ge=0
    )


def fetch(folder, options):
    """Record sizes and checksums of the files; nothing is copied."""
    paths = map(Path, options.files)
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def describe(folder, options):
    """Return the properties of the pixels of all stamps."""
    return {
        "unit": options.unit,
        "band": options.band,
        "pixel_scale_arcsec": options.pixel_scale_arcsec or None,
        "zeropoint_ab": options.zeropoint_ab if options.photometric else None,
        "model": int(options.model),
        "psf_matched": 0,
    }


def read(folder, options):
    """Yield each stamp, above the local background, and its row of the catalogue."""
    exposure = options.noise if options.model else None
    yield from usable_stamps(open_stamps(*options.files), options.unusable, str(options.files[0]), exposure)


def usable_stamps(stamps, unusable, where, exposure=None):
    """Yield (stamp, row) of all stamps that can be blended.

    Parameters
    ----------
    stamps : formats.stamp_arrays.StampArrays
    unusable : {"refuse", "skip"}
    where : str
        Name of the stamps in messages.
    exposure : float or None
        Noise of the exposure that noiseless models represent; None if the stamps are real.

    Yields
    ------
    stamp : dict
        `image (s, s) float32` or (s, s, band), `segmentation (s, s) int32`, `noise` float or (band,).
    row : dict

    Raises
    ------
    ValueError
        If stamps cannot be blended and `unusable` is `refuse`; the message lists them.
    """
    kept = kept_rows(stamps, unusable, where)
    for number in kept:
        # Copies: the memory-mapped arrays are read-only, and SEP needs writable arrays.
        image, row = np.array(stamps.images[number], np.float32), stamps.rows[number]
        labels, segval = fit_labels(stamps.segmentation[number], row["segval"])
        level, noise = local_level(image, labels) if exposure is None else (0.0, exposure)
        above = (image - level).astype(np.float32)
        yield {"image": above, "segmentation": labels, "noise": np.float32(noise)}, {**row, "segval": segval}


def kept_rows(stamps, unusable, where):
    """Return the indices of the stamps that can be blended; log the others, or raise an error."""
    found = {}
    for number, row in enumerate(stamps.rows):
        fault = fault_of(stamps.images[number], stamps.segmentation[number], row["segval"], row["flux_radius"])
        if fault:
            found[number] = fault
    if found:
        reasons = [
            f"{count} with {fault}: id {some(stamps.rows[number]['id'] for number in found if found[number] == fault)}"
            for fault, count in sorted(Counter(found.values()).items())
        ]
        message = f"{where}: {len(found)} of {len(stamps.rows)} stamps cannot be blended: {'; '.join(reasons)}"
        if unusable == "refuse":
            raise ValueError(f"{message} (set unusable: skip to continue without them)")
        logging.warning(message)
    return [number for number in range(len(stamps.rows)) if number not in found]
