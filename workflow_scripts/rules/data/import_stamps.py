"""Rule import_stamps: the stamps of a data set of stamps, in the format that the blending rules read."""

import logging
from itertools import islice

import numpy as np

from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.photometry import photometry_of
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.units import normalised_unit
from workflow_scripts.measuring.photometry import flux_to_magnitude
from workflow_scripts.measuring.stamp_checks import measure_own
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings import plugins
from workflow_scripts.settings.data import ImportStamps

BLOCK = 64  # stamps written at a time


def import_stamps(*, manifest, stamps, stamp_catalogue, folder, options: ImportStamps, seed, code):
    """Write all stamps of a data set and their catalogue.

    Parameters
    ----------
    manifest : str
        Read only to depend on the fetched files.
    stamps : str
        Stack written: `image (n, s, s[, band]) float32` above the local background, `segmentation (n, s, s) int32`,
        `noise (n,)`, for several bands `(n, band)`, the standard deviation of the background (for noiseless models:
        of the exposure that they represent), `psf (n, p, p)` if known; attributes `model` and `psf_matched`, 0 or 1.
    stamp_catalogue : str
        ECSV written, a row per stamp.
    options : settings.data.ImportStamps

    Raises
    ------
    ValueError
        If stamps have another size, or none passes the cuts.
    """
    source = plugins.load("datasets", options.source)
    chosen = plugins.options_of(source, options.options)
    about, rows, n_read = source.describe(folder, chosen), [], 0
    about["unit"] = normalised_unit(about.get("unit"), f"data set {options.source}")
    with create_stack(stamps, seed=seed, code=code, **about) as writer:
        pairs = iter(progress(source.read(folder, chosen), "stamps"))
        while block := list(islice(pairs, BLOCK)):
            n_read += len(block)
            block = [(stamp, describe(stamp, row, options.size)) for stamp, row in block]
            block = [(stamp, row) for stamp, row in block if passes_cuts(row, options)]
            if block:
                writer.append(**{name: np.stack([stamp[name] for stamp, _ in block]) for name in block[0][0]})
                rows += [row for _, row in block]
        if not rows:
            raise ValueError(
                f"none of {n_read} stamps passes the cuts: lower stamps.min_snr, or set stamps.clean_only to false"
            )
        writer.describe(n_left_out=n_read - len(rows))
    logging.info("%d stamps of %d read", len(rows), n_read)
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    pixels = photometry_of(about)
    log_photometry(columns, pixels.zeropoint_ab)
    write_catalogue(stamp_catalogue, columns, unit=pixels.unit)


def describe(stamp, row, size):
    """Return the catalogue row of a stamp: the values that the data set provides and the measured ones.

    ASSUME: for several bands, the first one is measured.

    Raises
    ------
    ValueError
        If the size of the stamp is not that of the settings.
    """
    image, noise = stamp["image"], float(np.atleast_1d(stamp["noise"])[0])
    if image.shape[:2] != (size, size):
        raise ValueError(f"stamp {row['id']} is {image.shape[1]}x{image.shape[0]} px: set stamps.size to its side")
    plane = image[..., 0] if image.ndim == 3 else image
    measured = measure_own(plane, stamp["segmentation"], row["segval"], noise)
    named = ("mag", "mag_err", "flux_radius", "z", "galtype", "segval")
    first = {"id": row["id"], "x": measured["x"], "y": measured["y"], **{name: row[name] for name in named}}
    return {**first, **row, "flux": measured["flux"], "snr": measured["snr"], "noise": noise}


def passes_cuts(row, options):
    """Return whether a stamp passes the cuts."""
    bright = not row["snr"] < options.min_snr  # without noise the SNR is NaN, and there is no cut
    return bright and (row.get("clean_flag", True) or not options.clean_only)


def log_photometry(columns, zeropoint_ab):
    """Log by how much the measured fluxes are fainter than those of the catalogue."""
    lit = columns["flux"] > 0
    if zeropoint_ab is not None and lit.any():
        fainter = flux_to_magnitude(columns["flux"][lit], zeropoint_ab) - columns["mag"][lit]
        logging.info("measured fluxes are fainter than the catalogue by %.3f mag (median)", np.nanmedian(fainter))


if "snakemake" in globals():
    run_rule(import_stamps, snakemake)
