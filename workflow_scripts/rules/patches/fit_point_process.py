"""Rule fit_point_process: the number of sources per field, their clustering and their marks."""

import logging
from dataclasses import replace

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.blocks import group_by_region, stored_blocks
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.clustering import find_clusters
from workflow_scripts.scenes.pairs import count_neighbours
from workflow_scripts.scenes.point_process import FittedProcess, draw_positions
from workflow_scripts.scenes.thinning import normalised_separations, thin_blended
from workflow_scripts.settings.patches import FitPointProcess

MIN_SOURCES = 16  # for a fit
LARGE = 0.95  # quantile of the source radii: two sources of this size are resolved beyond the sum of their radii
N_RADII = 12  # at which pairs are counted
N_ROUNDS = 3  # of simulating fields to estimate the number of sources that blending removes
MAX_FIELDS, MIN_FIELDS, MAX_SOURCES = 2000, 4, 200_000  # simulated in each round: fewer fields if they are crowded
BLENDED_FRACTION = 0.02  # of the real sources, that may be closer to a neighbour than any generated pair


def fit_point_process(*, fields, catalogue, process, options: FitPointProcess, seed, code):
    """Fit a marked Thomas process to the sources of the training part; a Poisson process if they do not cluster.

    Sources are counted by block, as fields of one block are not independent, and more pairs lie in a larger region.

    Parameters
    ----------
    fields, catalogue : str
        Outputs of `import_dataset` and `detect_sources`.
    process : str
        Stack written, a row per source: its marks (`npix, flux, peak, flux_radius, axis_ratio, theta` in degrees,
        `size_class`) and `n_neighbours`, the number of other sources within `reach`; attributes `n_sources`,
        `field_spread`, `members`, `width`, `reach` (pixel), `separation` (smallest one, in units of the sum of the two
        radii).
    options : settings.patches.FitPointProcess

    Raises
    ------
    ValueError
        If there are too few sources for a fit.
    """
    table = read_catalogue(catalogue)
    if len(table) < MIN_SOURCES:
        raise ValueError(
            f"{catalogue}: {len(table)} sources; a point process needs at least {MIN_SOURCES}: give more fields"
        )
    with open_stack(fields) as stack:
        blocks, about = stored_blocks(stack), copy_attributes(stack)
    shape, positions, by_region = group_by_region(blocks, *(np.asarray(table[name]) for name in ("field", "x", "y")))
    radii = np.sqrt(np.asarray(table["npix"], float) / np.pi)
    generator = rng(seed, "fit_point_process")
    law = fit_law([positions[rows] for rows in by_region], [radii[rows] for rows in by_region], shape, generator)
    law = replace(law, n_sources=law.n_sources * np.prod(blocks[0].field_shape) / np.prod(shape))
    neighbours = np.zeros(len(table), int)
    for rows in by_region:
        neighbours[rows] = count_neighbours(positions[rows], law.reach)
    logging.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in vars(law).items()))
    with create_stack(process, seed=seed, code=code, **about, **vars(law)) as writer:
        fit = np.asarray(table["npix"]) <= options.max_npix
        writer.append(**marks_of(table[fit], options.size_classes), n_neighbours=neighbours[fit])


def fit_law(positions, radii, shape, generator):
    """Fit the law of the positions to positions (n, 2) and radii (n,) of the sources of every region.

    Detection merges sources that are too close to each other, and a generated sky omits the second one of such a pair:
    the clusters are fitted to pairs at larger separations. The law is then corrected for the omitted sources, so that
    the mean and the variance of the number of sources per generated field are those of the data.
    """
    counts, every = np.array([len(one) for one in positions], float), np.concatenate(radii)
    reach = float(np.clip(2 * np.quantile(every, LARGE), 2.0, min(shape) / 8))
    clusters, p_value = find_clusters(positions, shape, np.geomspace(reach, 0.3 * min(shape), N_RADII), generator)
    logging.info("independent positions: p = %.2g", p_value)
    separations = np.concatenate([normalised_separations(*one) for one in zip(positions, radii, strict=True)])
    separation = float(np.quantile(separations, BLENDED_FRACTION)) if len(separations) else 0.0
    fitted = {"n_sources": float(counts.mean()), "reach": 2 * clusters.width, "separation": separation}
    return undo_blending(FittedProcess(**vars(clusters), **fitted), counts, every, shape, generator)


def undo_blending(law, counts, radii, shape, generator):
    """Return a law whose fields have as many sources as were counted, after blended sources are omitted."""
    n = law.n_sources
    n_fields = int(np.clip(MAX_SOURCES // n, MIN_FIELDS, MAX_FIELDS))
    for _ in range(N_ROUNDS):
        left = np.array([count_resolved(generator, law, radii, shape) for _ in range(n_fields)])
        missing = (counts.var() - left.var()) / n**2
        spread = float(np.sqrt(max(0.0, law.field_spread**2 + missing)))
        more = {name: float(getattr(law, name) * n / left.mean()) for name in ("n_sources", "members")}
        law = replace(law, field_spread=spread, **more)
    return law


def count_resolved(generator, law, radii, shape):
    """Return the number of sources of a simulated field without the blended ones."""
    positions = draw_positions(generator, law, shape)
    return thin_blended(generator, positions, law.separation * generator.choice(radii, len(positions))).sum()


def marks_of(table, size_classes):
    """Return the marks that a stage can be conditioned on, with the names of `extract_patches`."""
    npix = np.asarray(table["npix"], int)
    known = {name: np.asarray(table[name], float) for name in ("flux", "peak", "flux_radius")}
    shape = {"axis_ratio": 1 - np.asarray(table["ellipticity"], float), "theta": np.asarray(table["theta"])}
    return {"npix": npix, **known, **shape, "size_class": np.digitize(npix, size_classes) + 1}


if "snakemake" in globals():
    run_rule(fit_point_process, snakemake)
