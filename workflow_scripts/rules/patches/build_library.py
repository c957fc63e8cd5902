"""Rule build_library: the sources of the training part as stamps of their light, and the sky between them."""

import logging
from dataclasses import asdict, replace

import numpy as np

from workflow_scripts.formats.source_libraries import PROCESS, write_stamp_pixels, write_stamp_table, write_unresolved
from workflow_scripts.formats.stacks import copy_attributes, open_stack
from workflow_scripts.imaging.blocks import group_by_region, stored_blocks
from workflow_scripts.imaging.delivery import deliver, measure_delivery
from workflow_scripts.imaging.windows import read_windows
from workflow_scripts.measuring.abundance import Findings, corrected_rates, find_inside
from workflow_scripts.measuring.source_extraction import extract_sources, join_libraries
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler, fit_unresolved
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.clustering import find_clusters
from workflow_scripts.scenes.companions import fit_companions, nearest_distance, neighbours_in_rings, ring_edges
from workflow_scripts.scenes.composition import Changes, Pattern, compose_field, draw_placements
from workflow_scripts.scenes.stamp_resampling import StampSquares
from workflow_scripts.settings.patches import BuildLibrary

FEWEST_SOURCES = 16  # that a library is made of
N_RADII = 12  # at which pairs are counted


def build_library(*, fields, windows, sources, pixels, unresolved, options: BuildLibrary, seed, code):
    """Take the training part apart into stamps of its sources and the field between them.

    Parameters
    ----------
    fields, windows : str
        Outputs of `import_dataset` and `cut_windows`.
    sources : str
        Stack written, a row per source: `height, width, x, y` of its stamp, `rate` (expected number per pixel of sky),
        `radius`, and as `mark_...` its `id`, its place in the parent image and what the detection measured; attributes
        `field_spread, members, width, separation, nearest, companions, companion_width`.
    pixels : str
        Stack written: `light` and `weight` of all stamps, one after the other.
    unresolved : str
        Stack of one row written, a `measuring.unresolved_light.Unresolved`.
    options : settings.patches.BuildLibrary

    Raises
    ------
    ValueError
        Where there are too few sources, or none of the sky is seen.
    """
    with open_stack(fields) as stack:
        about, images, blocks = copy_attributes(stack), stack["image"][:], stored_blocks(stack)
    with open_stack(windows) as stack:
        cut = list(read_windows(stack))
    parts = extract_sources(cut, blocks, options.detection, options.bright, options.faintest_sigma)
    library = join_libraries([one.library for one in parts])
    if len(library) < FEWEST_SOURCES:
        raise ValueError(
            f"{fields}: {len(library)} sources whose centre lies inside; a library needs at least {FEWEST_SOURCES}: "
            "give more sky, or lower library.threshold_sigma"
        )
    parents = [block.parent for block in blocks]
    sky = fit_unresolved([one.pixels for one in cut], [one.free for one in parts], parents, options.reach)
    delivery = measure_delivery(images)
    places = [block.locate(*one.positions.T) for block, one in zip(blocks, parts, strict=True)]
    regions = group_by_region(blocks, *map(np.concatenate, zip(*places, strict=True)))
    pattern = fit_pattern(library, images.size, *regions, options.separation, seed)
    sizes, bright = np.asarray(library.marks["npix"], float), [one.bright for one in parts]
    real, sampler = Findings(sizes, bright, [one.shape for one in blocks]), UnresolvedSampler(sky, cut[0].pixels.shape)
    pattern = calibrate_pattern(pattern, library, sampler, delivery, real, options, seed)
    process = {name: float(getattr(pattern, name)) for name in PROCESS}
    completed = int((library.marks["completed"] > 0).sum())
    logging.info("%d sources, %d of them completed where the window ends; %s", len(library), completed, process)
    about |= {"seed": seed, "code": code}
    write_stamp_table(sources, library, pattern, **about)
    write_stamp_pixels(pixels, library.light, library.weight, **about)
    write_unresolved(unresolved, asdict(sky), **about)


def fit_pattern(library, area, shape, positions, regions, separation, seed):
    """Return the pattern of the sources of the fields: each source of the library as frequent as in the data."""
    radius = np.sqrt(np.asarray(library.marks["npix"], float) / np.pi)
    reach = float(np.clip(4 * np.median(radius), 2.0, min(shape) / 8))
    radii = np.geomspace(reach, 0.3 * min(shape), N_RADII)
    clusters, p_value = find_clusters(
        [positions[rows] for rows in regions], shape, radii, rng(seed, "build_library clusters")
    )
    logging.info("independent positions: p = %.2g", p_value)
    rate, bright = np.full(len(library), 1 / area), library.marks["bright"] > 0
    nearest = nearest_distance([positions[rows] for rows in regions])
    return Pattern(rate, radius, separation=separation, nearest=nearest, bright=bright, **vars(clusters))


def calibrate_pattern(pattern, library, sampler, delivery, real, options, seed):
    """Return a pattern in whose windows as many sources of each size, and pairs, are detected as in the data."""
    squares, sizes = StampSquares(library), np.asarray(library.marks["npix"], float)
    radii, shape = ring_edges(real.bright, real.shapes), np.max(real.shapes, axis=0)
    for number in range(options.rounds):
        generator = rng(seed, "build_library", number)
        found = find_composed(generator, pattern, squares, sampler, delivery, shape, options)
        rate = corrected_rates(pattern.rate, sizes, real.sizes, found.sizes, found.area / real.area, options.n_bins)
        pattern = replace(pattern, rate=rate, **({} if radii is None else companions_of(pattern, real, found, radii)))
    return pattern


def find_composed(generator, pattern, squares, sampler, delivery, shape, options):
    """Return what is detected inside the blocks of composed windows."""
    n, sizes, bright = options.n_windows, [], []
    for placement in draw_placements(generator, n, sampler.shape, pattern, squares, Changes()):
        image = deliver(compose_field(generator, squares, placement, sampler).image, delivery)
        sizes.append(find_inside(image, shape, options.detection)[0])
        bright.append(find_inside(image, shape, options.bright)[1])
    return Findings(np.concatenate(sizes), bright, [shape] * n)


def companions_of(pattern, real, found, radii):
    """Return the companions for which there are as many pairs of bright sources as in the data, as of a pattern."""
    pairs = [neighbours_in_rings(one.bright, one.shapes, radii) for one in (real, found)]
    n = [sum(map(len, one.bright)) for one in (real, found)]
    fraction, width = fit_companions(radii, n[1] / found.area, n, *pairs, pattern.companions, pattern.companion_width)
    return {"companions": fraction, "companion_width": width}


if "snakemake" in globals():
    run_rule(build_library, snakemake)
