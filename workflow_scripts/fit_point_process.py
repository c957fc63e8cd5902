"""Rule fit_point_process: how many sources a field has, how they cluster, what they are."""

import logging

import numpy as np

from workflow_scripts.features.layout import Options as Layout
from workflow_scripts.features.layout import radii_of, sums
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.point_process import company, fit_clusters, richness_spread, separation
from workflow_scripts.job.entry import run_rule

LEAST = 16  # sources: of fewer no law can be learnt
LARGE = 0.95  # quantile of the sources' radii: two so large are told apart beyond their sum
TOUCHING = 0.01  # share of the sources that may lie nearer to another one than those that are generated


def fit_point_process(*, fields, catalogue, process, options, seed, code):
    """Fit a marked Thomas process to the sources of the training fields.

    Parameters
    ----------
    fields, catalogue : str
        What `import_dataset` and `detect_sources` wrote.
    process : str
        Stack written, a row per source: its marks (`npix, flux, peak, flux_radius, axis_ratio, theta` in degrees,
        `size_class`) and `company`, the other sources within `reach`; attributes `n_sources`, `field_spread`,
        `members`, `width`, `reach` (pixel), `separation` (least, over the sum of two radii).
    options : dict
        `size_classes` (pixels at which the next class begins), `max_npix` (larger sources do not fit a patch: they
        count, but no generator can be asked for their marks).

    Raises
    ------
    ValueError
        Where there are too few sources to learn from.
    """
    table = read_catalogue(catalogue)
    if len(table) < LEAST:
        raise ValueError(f"{catalogue}: {len(table)} sources; a point process needs at least {LEAST}: give more fields")
    places = np.column_stack([table["x"], table["y"]]).astype(float)
    with open_stack(fields) as stack:
        shape, n_fields, about = stack["image"].shape[1:3], len(stack), copy_attributes(stack)
    by_field = [np.nonzero(np.asarray(table["field"]) == row)[0] for row in range(n_fields)]
    radii = np.sqrt(np.asarray(table["npix"], float) / np.pi)
    law = fit_law([places[rows] for rows in by_field], [radii[rows] for rows in by_field], shape)
    near = np.zeros(len(table), int)
    for rows in by_field:
        near[rows] = company(places[rows], law["reach"])
    logging.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in law.items()))
    with create_stack(process, seed=seed, code=code, **about, **law) as writer:
        fit = np.asarray(table["npix"]) <= options["max_npix"]
        writer.append(**marks_of(table[fit], options["size_classes"]), company=near[fit])


def fit_law(places, radii, shape):
    """Return the law of the positions, from positions (n, 2) and radii (n,) of the sources of every field.

    Pairs tell clusters from fields that are rich as a whole, but know little of the latter: their spread is taken from
    the counts, and the clusters are fitted again. Pairs that detection may have made one source of do not count.
    """
    counts, n_pixels = np.array([len(one) for one in places], float), np.prod(shape)
    reach = 2 * np.quantile(np.concatenate(radii), LARGE)
    layout = Layout(n_radii=12, smallest=float(np.clip(reach, 2.0, min(shape) / 8)), largest=0.3)
    between, n = radii_of(shape, layout), float(counts.mean())
    pairs = np.mean([sums(one, shape, between)[4 : 4 + len(between)] for one in places], axis=0)
    known = between, n_pixels * pairs / n**2, n / n_pixels
    first = fit_clusters(*known)
    clusters = fit_clusters(*known, richness_spread(counts, first["members"], first["width"], shape))
    apart = np.concatenate([separation(*one) for one in zip(places, radii, strict=True)])
    least = float(np.quantile(apart, TOUCHING)) if len(apart) else 0.0
    return {"n_sources": n, **clusters, "reach": 2 * clusters["width"], "separation": least}


def marks_of(table, size_classes):
    """Return the columns that stages may be asked for, as `extract_patches` names them."""
    npix = np.asarray(table["npix"], int)
    known = {name: np.asarray(table[name], float) for name in ("flux", "peak", "flux_radius")}
    shape = {"axis_ratio": 1 - np.asarray(table["ellipticity"], float), "theta": np.rad2deg(np.asarray(table["theta"]))}
    return {"npix": npix, **known, **shape, "size_class": np.digitize(npix, size_classes) + 1}


if "snakemake" in globals():
    run_rule(fit_point_process, snakemake)
