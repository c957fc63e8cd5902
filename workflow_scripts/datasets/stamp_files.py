"""Your own stamps: images and segmentation maps as NPY, a CSV with a row per stamp."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from workflow_scripts.formats.downloads import checksum
from workflow_scripts.formats.stamp_arrays import open_stamps, some
from workflow_scripts.imaging.stamps import fit_labels
from workflow_scripts.measuring.stamp_checks import fault_of, local_level

YIELDS = "stamps"


@dataclass(frozen=True)
class Options:
    """What to read and what the pixels mean.

    `files` are three, in this order: images (n, s, s) or (n, s, s, band), segmentation maps (n, s, s), and a CSV with
    `id, mag, radius, segval` and, where known, `ra, dec, field, mag_err, z, galtype, clean_flag`; radii in pixels.
    `unusable` says what to do with stamps that cannot be blended (no object at the centre, NaN pixels, no radius):
    `refuse`, or `leave_out` and count them. `model: true` says that the stamps are noiseless models; `noise` is then
    the noise of the exposure that they stand for. `photometric: false` says that there is no zero point.
    """

    files: list = field(default_factory=list)
    unusable: str = "refuse"
    unit: str = "DN"
    band: str = ""
    pixel_scale_arcsec: float = 0.0
    photometric: bool = False
    zeropoint_ab: float = 0.0
    model: bool = False
    noise: float = 0.0

    def __post_init__(self):
        if len(self.files) != 3:
            raise ValueError("files: give three: images.npy, segmentation.npy, catalogue.csv, in this order")
        if self.unusable not in ("refuse", "leave_out"):
            raise ValueError(f"unusable: {self.unusable!r}; known: refuse, leave_out")
        if self.pixel_scale_arcsec < 0 or self.noise < 0:
            raise ValueError("pixel_scale_arcsec and noise: not negative")


def fetch(folder, options):
    """Record the files' sizes and checksums; nothing is copied."""
    paths = map(Path, options.files)
    return [{"file": str(path), "bytes": path.stat().st_size, "sha256": checksum(path, "sha256")} for path in paths]


def describe(folder, options):
    """Return what the pixels of all stamps are."""
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
    unusable : {"refuse", "leave_out"}
    where : str
        What the stamps are called in messages.
    exposure : float or None
        Noise of the exposure that noiseless models stand for; None: the stamps are real.

    Yields
    ------
    stamp : dict
        `image (s, s) float32` or (s, s, band), `segmentation (s, s) int32`, `noise` float or (band,).
    row : dict

    Raises
    ------
    ValueError
        Naming the stamps that cannot be blended, where they are refused.
    """
    kept = kept_rows(stamps, unusable, where)
    for number in kept:
        # Copies: the arrays are mapped from the files to be read alone, and SEP takes only what it could write to.
        image, row = np.array(stamps.images[number], np.float32), stamps.rows[number]
        labels, segval = fit_labels(stamps.segmentation[number], row["segval"])
        level, noise = local_level(image, labels) if exposure is None else (0.0, exposure)
        above = (image - level).astype(np.float32)
        yield {"image": above, "segmentation": labels, "noise": np.float32(noise)}, {**row, "segval": segval}


def kept_rows(stamps, unusable, where):
    """Return the numbers of the stamps that can be blended; log, or refuse, the others."""
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
        said = f"{where}: {len(found)} of {len(stamps.rows)} stamps cannot be blended: {'; '.join(reasons)}"
        if unusable == "refuse":
            raise ValueError(f"{said} (the option unusable: leave_out goes on without them)")
        logging.warning(said)
    return [number for number in range(len(stamps.rows)) if number not in found]
