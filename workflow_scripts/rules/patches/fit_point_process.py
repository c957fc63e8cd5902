"""Rule fit_point_process: how many sources a field has, how they cluster, what they are."""

import logging

import numpy as np

from workflow_scripts.features.layout import sums
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.point_process import (
    company,
    draw_places,
    fit_clusters,
    richness_spread,
    separation,
    told_apart,
)

LEAST = 16  # sources: of fewer no law can be learnt
LARGE = 0.95  # quantile of the sources' radii: two so large are told apart beyond their sum
N_RADII = 12  # at which pairs are counted
ROUNDS, DRAWN = 3, 2000  # how often fields are drawn to see how many sources are left, and how many fields
TOUCHING = 0.02  # share of the sources that may lie nearer to another one than those that are generated


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
    generator = rng(seed, "fit_point_process")
    law = fit_law([places[rows] for rows in by_field], [radii[rows] for rows in by_field], shape, generator)
    near = np.zeros(len(table), int)
    for rows in by_field:
        near[rows] = company(places[rows], law["reach"])
    logging.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in law.items()))
    with create_stack(process, seed=seed, code=code, **about, **law) as writer:
        fit = np.asarray(table["npix"]) <= options["max_npix"]
        writer.append(**marks_of(table[fit], options["size_classes"]), company=near[fit])


def fit_law(places, radii, shape, generator):
    """Return the law of the positions, from positions (n, 2) and radii (n,) of the sources of every field.

    Of sources that lie too near to each other detection makes one, and the sky leaves the second out: the clusters are
    fitted to the pairs beyond. What is left out is made up for: of the law's fields that are drawn, as many sources are
    left as the data have, differing as much from field to field.
    """
    counts, every, n_pixels = np.array([len(one) for one in places], float), np.concatenate(radii), np.prod(shape)
    reach = float(np.clip(2 * np.quantile(every, LARGE), 2.0, min(shape) / 8))
    between, n = np.geomspace(reach, 0.3 * min(shape), N_RADII), counts.mean()
    pairs = np.mean([sums(one, shape, between)[4 : 4 + N_RADII] for one in places], axis=0)
    known = between, n_pixels * pairs / n**2, n / n_pixels
    first = fit_clusters(*known)
    clusters = fit_clusters(*known, richness_spread(counts, first["members"], first["width"], shape))
    apart = np.concatenate([separation(*one) for one in zip(places, radii, strict=True)])
    least = float(np.quantile(apart, TOUCHING)) if len(apart) else 0.0
    law = {"n_sources": float(n), **clusters, "reach": 2 * clusters["width"], "separation": least}
    for _ in range(ROUNDS):
        left = np.array([count_left(generator, law, every, shape) for _ in range(DRAWN)])
        missing = (counts.var() - left.var()) / n**2
        law["field_spread"] = float(np.sqrt(max(0.0, law["field_spread"] ** 2 + missing)))
        law |= {name: float(law[name] * n / left.mean()) for name in ("n_sources", "members")}
    return law


def count_left(generator, law, radii, shape):
    """Return the number of sources of a field that is drawn, those left out that lie too near to another one."""
    places = draw_places(generator, law, shape)
    return told_apart(generator, places, law["separation"] * generator.choice(radii, len(places))).sum()


def marks_of(table, size_classes):
    """Return the columns that stages may be asked for, as `extract_patches` names them."""
    npix = np.asarray(table["npix"], int)
    known = {name: np.asarray(table[name], float) for name in ("flux", "peak", "flux_radius")}
    shape = {"axis_ratio": 1 - np.asarray(table["ellipticity"], float), "theta": np.rad2deg(np.asarray(table["theta"]))}
    return {"npix": npix, **known, **shape, "size_class": np.digitize(npix, size_classes) + 1}


if "snakemake" in globals():
    run_rule(fit_point_process, snakemake)
