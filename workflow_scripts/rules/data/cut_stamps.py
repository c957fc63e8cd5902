"""Rule cut_stamps: square stamps of the sources of one part, in the format that the blending rules read."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue, write_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.stamps import cut, inside, stamp_corners
from workflow_scripts.imaging.windows import read_windows
from workflow_scripts.measuring.photometry import flux_to_magnitude, magnitude_error
from workflow_scripts.measuring.stamp_checks import signal_to_noise
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.data import Stamps


def cut_stamps(*, windows, segmentation, catalogue, stamps, stamp_catalogue, options: Stamps, seed, code):
    """Cut a stamp around every source that lies far enough from the edge of its window.

    Parameters
    ----------
    windows, segmentation, catalogue : str
        Outputs of `cut_windows` and `detect_sources`.
    stamps : str
        Stack written: `image (n, s, s) float32` above the local background, `segmentation (n, s, s) int32`,
        `noise (n,)`, the standard deviation of the background.
    stamp_catalogue : str
        ECSV written, a row per stamp.
    options : settings.data.Stamps

    Raises
    ------
    ValueError
        If no source passes the cuts, or the windows have several bands.
    """
    table, size = read_catalogue(catalogue), options.size
    kept = []
    with open_stack(windows) as images, open_stack(segmentation) as maps:
        about, pixels = copy_attributes(images), images.photometry
        if len(pixels.bands) > 1:
            n = len(pixels.bands)
            raise ValueError(f"{windows}: {n} bands; stamps are cut from one: give a survey of one band")
        with create_stack(stamps, seed=seed, code=code, **about) as writer:
            pairs = zip(read_windows(images), read_windows(maps, "segmentation"), strict=True)
            for sky, labels in pairs:
                rows = np.nonzero((table["block"] == sky.block) & passes_cuts(table, options))[0]
                x, y = (np.asarray(table[name][rows]) for name in ("x_parent", "y_parent"))
                x0, y0 = stamp_corners(x - sky.origin[0], y - sky.origin[1], size)
                whole = inside(x0, y0, size, sky.covered)
                rows, x0, y0 = rows[whole], x0[whole], y0[whole]
                level = np.asarray(table["background"][rows])[:, None, None]
                image = cut(sky.pixels, x0, y0, size) - level
                noise = np.asarray(table["noise"][rows], np.float32)
                maps_cut = cut(labels.pixels, x0, y0, size)
                writer.append(image=image.astype(np.float32), segmentation=maps_cut, noise=noise)
                own = maps_cut == np.asarray(table["id"][rows])[:, None, None]
                place = {"snr": signal_to_noise(image, own, noise)}
                place |= {"x": x[whole] - sky.origin[0] - x0, "y": y[whole] - sky.origin[1] - y0}
                kept.append(stamp_rows(table[rows], place, pixels.magnitude_zeropoint))
            columns = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
            if not len(columns["id"]):
                raise ValueError(f"{windows}: no source has a whole stamp of {size} px: lower stamps.size or min_snr")
    logging.info("%d stamps of %d sources", len(columns["id"]), len(table))
    write_catalogue(stamp_catalogue, columns, unit=pixels.unit)


def passes_cuts(table, options):
    """Return a boolean mask of the sources that pass the cuts, (n,)."""
    return (table["snr"] >= options.min_snr) & ((table["flags"] == 0) | (not options.clean_only))


def stamp_rows(table, place, zero_point):
    """Return the catalogue columns of stamps: those that blending needs, then the measured ones."""
    flux, n = np.asarray(table["flux"], float), len(table)
    kept = {
        name: np.asarray(table[name]) for name in ("field", "flux", "peak", "ellipticity", "theta", "npix", "flags")
    }
    return {
        "id": np.asarray(table["id"]),
        **place,
        "mag": flux_to_magnitude(flux, zero_point),
        "mag_err": magnitude_error(np.asarray(table["snr"], float)),
        "flux_radius": np.asarray(table["flux_radius"]),
        "z": np.full(n, np.nan),
        "galtype": np.full(n, "unknown"),
        "segval": np.asarray(table["id"]),
        **kept,
        "noise": np.asarray(table["noise"]),
    }


if "snakemake" in globals():
    run_rule(cut_stamps, snakemake)
