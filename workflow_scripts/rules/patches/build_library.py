"""Rule build_library: the sources of the training part as stamps of their light, and the sky between them."""

import logging
from dataclasses import asdict, replace

import numpy as np

from workflow_scripts.formats.source_libraries import write_stamp_pixels, write_stamp_table, write_unresolved
from workflow_scripts.formats.stacks import copy_attributes, open_stack
from workflow_scripts.imaging.delivery import deliver, measure_delivery
from workflow_scripts.imaging.mosaics import part_mosaics
from workflow_scripts.measuring.abundance import calibrate_rates
from workflow_scripts.measuring.source_extraction import extract_sources, join_libraries, sizes_detected
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler, fit_unresolved
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.scenes.clustering import find_clusters
from workflow_scripts.scenes.composition import Changes, Pattern, compose_field, draw_placements
from workflow_scripts.scenes.stamp_resampling import StampSquares

FEWEST_SOURCES = 16  # that a library is made of
N_RADII = 12  # at which pairs are counted


def build_library(*, fields, sources, pixels, unresolved, options, seed, code):
    """Take the training part apart into stamps of its sources and the field between them.

    Parameters
    ----------
    fields : str
        Stack of fields.
    sources : str
        Stack written, a row per source: `height, width, x, y` of its stamp, `rate` (expected number per pixel of sky),
        `radius`, and as `mark_...` its `id`, its place in the parent image and what the detection measured; attributes
        `field_spread, members, width, separation`.
    pixels : str
        Stack written: `light` and `weight` of all stamps, one after the other.
    unresolved : str
        Stack of one row written: `levels`, `quantiles`, `correlation`; attributes `step, low, high` of the delivery.
    options : dict
        `detection` (keyword arguments of `measuring.detection.detect`), `faintest_sigma`, `reach` (largest lag of the
        correlation, pixel), `separation` (least distance of two sources over the sum of their radii), `n_bins`,
        `rounds` and `n_fields` of the calibration of the rates.

    Raises
    ------
    ValueError
        Where there are too few sources, or none of the sky is seen.
    """
    with open_stack(fields) as stack:
        about, images = copy_attributes(stack), stack["image"][:]
        mosaics = list(part_mosaics(stack, "image"))
    parts = [extract_sources(one, options["detection"], options["faintest_sigma"]) for one in mosaics]
    library = join_libraries([one.library for one in parts])
    if len(library) < FEWEST_SOURCES:
        raise ValueError(
            f"{fields}: {len(library)} sources whose centre lies inside; a library needs at least {FEWEST_SOURCES}: "
            "give more sky, or lower library.threshold_sigma"
        )
    sky = fit_unresolved([one.pixels for one in mosaics], [one.free for one in parts], options["reach"])
    delivery = measure_delivery(images)
    area, positions = sum(int(one.covered.sum()) for one in mosaics), [xy for one in parts for xy in one.positions]
    pattern = fit_pattern(library, area, positions, images.shape[1:3], options["separation"], seed)
    pattern = calibrate_pattern(pattern, library, sky, images, delivery, options, seed)
    process = {name: float(value) for name, value in asdict(pattern).items() if name not in ("rate", "radius")}
    logging.info("%d of %d sources, %s", len(library), sum(one.n_detected for one in parts), process)
    about |= {"seed": seed, "code": code}
    shapes = {name: getattr(library, name) for name in ("height", "width", "x", "y")}
    rates = {"rate": pattern.rate, "radius": pattern.radius}
    write_stamp_table(sources, shapes, rates, library.marks, process, **about)
    write_stamp_pixels(pixels, library.light, library.weight, **about)
    write_unresolved(unresolved, asdict(sky), asdict(delivery), **about)


def fit_pattern(library, area, positions, shape, separation, seed):
    """Return the pattern of the sources of the fields: each source of the library as frequent as in the data."""
    radius = np.sqrt(np.asarray(library.marks["npix"], float) / np.pi)
    reach = float(np.clip(4 * np.median(radius), 2.0, min(shape) / 8))
    radii = np.geomspace(reach, 0.3 * min(shape), N_RADII)
    clusters, p_value = find_clusters(positions, shape, radii, rng(seed, "build_library clusters"))
    logging.info("independent positions: p = %.2g", p_value)
    return Pattern(np.full(len(library), 1 / area), radius, separation=separation, **clusters)


def calibrate_pattern(pattern, library, sky, images, delivery, options, seed):
    """Return a pattern with whose rates detection finds as many sources of each size as in the training fields."""
    squares, n = StampSquares(library), options["n_fields"]
    sampler = UnresolvedSampler(sky, images.shape[1:3])

    def detected(rate, number):
        generator, trial = rng(seed, "build_library", number), replace(pattern, rate=rate)
        placements = draw_placements(generator, n, sampler.shape, trial, squares.reach, Changes())
        composed = (deliver(compose_field(generator, squares, one, sampler).image, delivery) for one in placements)
        return sizes_detected(composed, options["detection"]), n / len(images)

    real = sizes_detected(images, options["detection"])
    sizes = np.asarray(library.marks["npix"], float)
    rate = calibrate_rates(pattern.rate, sizes, real, detected, options["n_bins"], options["rounds"])
    return replace(pattern, rate=rate)


if "snakemake" in globals():
    run_rule(build_library, snakemake)
