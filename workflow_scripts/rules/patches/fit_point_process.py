"""Rule fit_point_process: how many sources a field has, how they cluster, what they are."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.clustering import find_clusters
from workflow_scripts.scenes.pairs import count_neighbours
from workflow_scripts.scenes.point_process import draw_positions
from workflow_scripts.scenes.thinning import normalised_separations, thin_blended

FEWEST_SOURCES = 16  # from which a law can be learnt
LARGE = 0.95  # quantile of the sources' radii: two so large are resolved beyond their sum
N_RADII = 12  # at which pairs are counted
N_ROUNDS = 3  # of drawing fields to see how many sources blending leaves
N_FIELDS, FEWEST_FIELDS, MOST_SOURCES = 2000, 4, 200_000  # drawn each time: fewer fields where they are rich
BLENDED_SHARE = 0.02  # of the sources, that may lie nearer to another one than those that are generated


def fit_point_process(*, fields, catalogue, process, options, seed, code):
    """Fit a marked Thomas process to the sources of the training fields, a Poisson process where they do not cluster.

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
        count, but no generator can be conditioned on their marks).

    Raises
    ------
    ValueError
        Where there are too few sources to learn from.
    """
    table = read_catalogue(catalogue)
    if len(table) < FEWEST_SOURCES:
        raise ValueError(
            f"{catalogue}: {len(table)} sources; a point process needs at least {FEWEST_SOURCES}: give more fields"
        )
    positions = np.column_stack([table["x"], table["y"]]).astype(float)
    with open_stack(fields) as stack:
        shape, n_fields, about = stack["image"].shape[1:3], len(stack), copy_attributes(stack)
    by_field = rows_of_fields(np.asarray(table["field"]), n_fields)
    radii = np.sqrt(np.asarray(table["npix"], float) / np.pi)
    generator = rng(seed, "fit_point_process")
    law = fit_law([positions[rows] for rows in by_field], [radii[rows] for rows in by_field], shape, generator)
    neighbours = np.zeros(len(table), int)
    for rows in by_field:
        neighbours[rows] = count_neighbours(positions[rows], law["reach"])
    logging.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in law.items()))
    with create_stack(process, seed=seed, code=code, **about, **law) as writer:
        fit = np.asarray(table["npix"]) <= options["max_npix"]
        writer.append(**marks_of(table[fit], options["size_classes"]), company=neighbours[fit])


def rows_of_fields(field, n_fields):
    """Return the rows of the catalogue that lie in each field."""
    order = np.argsort(field, kind="stable")
    return np.split(order, np.searchsorted(field[order], np.arange(1, n_fields)))


def fit_law(positions, radii, shape, generator):
    """Return the law of the positions, from positions (n, 2) and radii (n,) of the sources of every field.

    Of sources that lie too near to each other detection makes one, and the sky leaves the second out: the clusters are
    fitted to the pairs beyond. What is left out is made up for: of the law's fields that are drawn, as many sources are
    left as the data have, differing as much from field to field.
    """
    counts, every = np.array([len(one) for one in positions], float), np.concatenate(radii)
    reach = float(np.clip(2 * np.quantile(every, LARGE), 2.0, min(shape) / 8))
    clusters, p_value = find_clusters(positions, shape, np.geomspace(reach, 0.3 * min(shape), N_RADII), generator)
    logging.info("independent positions: p = %.2g", p_value)
    separations = np.concatenate([normalised_separations(*one) for one in zip(positions, radii, strict=True)])
    least = float(np.quantile(separations, BLENDED_SHARE)) if len(separations) else 0.0
    law = {"n_sources": float(counts.mean()), **clusters, "reach": 2 * clusters["width"], "separation": least}
    return undo_blending(law, counts, every, shape, generator)


def undo_blending(law, counts, radii, shape, generator):
    """Return a law whose fields have, once blended sources are left out, as many sources as were counted."""
    n = law["n_sources"]
    n_fields = int(np.clip(MOST_SOURCES // n, FEWEST_FIELDS, N_FIELDS))
    for _ in range(N_ROUNDS):
        left = np.array([count_resolved(generator, law, radii, shape) for _ in range(n_fields)])
        missing = (counts.var() - left.var()) / n**2
        law["field_spread"] = float(np.sqrt(max(0.0, law["field_spread"] ** 2 + missing)))
        law |= {name: float(law[name] * n / left.mean()) for name in ("n_sources", "members")}
    return law


def count_resolved(generator, law, radii, shape):
    """Return the number of sources of a field that is drawn, blended ones left out."""
    positions = draw_positions(generator, law, shape)
    return thin_blended(generator, positions, law["separation"] * generator.choice(radii, len(positions))).sum()


def marks_of(table, size_classes):
    """Return the marks that a stage can be conditioned on, as `extract_patches` names them."""
    npix = np.asarray(table["npix"], int)
    known = {name: np.asarray(table[name], float) for name in ("flux", "peak", "flux_radius")}
    shape = {"axis_ratio": 1 - np.asarray(table["ellipticity"], float), "theta": np.rad2deg(np.asarray(table["theta"]))}
    return {"npix": npix, **known, **shape, "size_class": np.digitize(npix, size_classes) + 1}


if "snakemake" in globals():
    run_rule(fit_point_process, snakemake)
