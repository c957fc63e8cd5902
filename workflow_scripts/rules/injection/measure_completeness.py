"""Rule measure_completeness: injected sources matched with detections; completeness, its limits, and biases."""

import numpy as np

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.product_names import by_folder
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.injection.completeness import limits_of
from workflow_scripts.injection.matching import Catalogue
from workflow_scripts.injection.recovery import KNOWN, bin_rows, recovery_of
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.injection import MeasureCompleteness


def measure_completeness(
    *, before, about, truths, catalogues, forced, recovered, bins, limits, options: MeasureCompleteness, seed
):
    """Match the sources injected into every image with the detections in it.

    Parameters
    ----------
    before, about : str
        Outputs of `detect_exposure`.
    truths : list of str
        Outputs of `inject_sources`.
    catalogues, forced : list of str
        Outputs of `detect_injected`.
    recovered : str
        CSV written, a row per injected source: `image`, the columns of the truth, `surface_brightness` (mag / pixel2,
        within the half-light ellipse), `neighbour` (distance of the nearest source before the injection, pixel),
        `recovered` (0 or 1), `chance` (fraction of shifted positions at which it would have been matched); of a
        recovered source `found_x, found_y, found_flux`, `flux_bias` ((found - true) / true), `offset` (pixel); of a
        point source `psf_flux, psf_flux_err` at its position, and `pull` ((psf_flux - flux) / error).
    bins : str
        CSV written, a row for all sources and per quantity and bin of equal numbers: `by, low, high, n`,
        `completeness` with its 95 % interval, `chance`, `corrected` (completeness without chance matches), medians of
        `flux_bias, offset, pull`, and `pull_width`.
    limits : str
        JSON written: magnitude at a completeness of 50 and 90 %, each [value, low, high], None where undefined; `curve`
        with `plateau`, `middle` and `width` (`injection.completeness.Curve`); and the numbers of `detect_exposure`.
    options : settings.injection.MeasureCompleteness
    """
    known, names = read_json(about), list(map(str, range(options.n_images)))
    files = [by_folder(paths, names) for paths in (truths, catalogues, forced)]
    first, parts = read_detections(before), []
    for name in names:
        truth, after, fluxes = (paths[name] for paths in files)
        columns = read_truth(truth), read_detections(after), first, read_fluxes(fluxes)
        found = recovery_of(*columns, options.match_radius, known["shape"])
        parts.append({"image": np.full(len(found["id"]), int(name)), **found})
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    write_csv(recovered, map(as_text, rows_of(table)), table)
    write_csv(bins, map(as_text, bin_rows(table, options.n_bins)))
    drawn = options.n_bootstrap, rng(seed, "measure_completeness")
    curve, levels = limits_of(table["mag"].astype(float), table["recovered"] > 0, *drawn)
    ends = {f"mag_{100 * level:.0f}": [None if np.isnan(end) else end for end in one] for level, one in levels.items()}
    write_json(limits, {**known, **ends, "curve": vars(curve) if curve else None})


def read_truth(path):
    """Return the truth of an injected image."""
    table = read_catalogue(path)
    return {name: np.asarray(table[name]) for name in KNOWN}


def read_detections(path):
    """Return a catalogue of detections."""
    table = read_catalogue(path)
    x, y, flux = (np.asarray(table[name], float) for name in ("x", "y", "flux"))
    return Catalogue(np.column_stack([x, y]), flux)


def read_fluxes(path):
    """Return the PSF fluxes of point sources and their errors, by id."""
    return {row["id"]: (float(row["psf_flux"]), float(row["psf_flux_err"])) for row in read_csv(path, ["id"])}


def rows_of(table):
    """Yield the rows of a table."""
    yield from (dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True))


def as_text(row):
    """Return a row as text: seven significant digits, an empty cell for what is not finite."""
    return {
        name: value if isinstance(value, str | int | np.integer) else f"{value:.7g}" if np.isfinite(value) else ""
        for name, value in row.items()
    }


if "snakemake" in globals():
    run_rule(measure_completeness, snakemake)
