"""The mosaics of a part of the sky taken apart: stamps of the sources, and the pixels of the sky between them."""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.light_sharing import share_light
from workflow_scripts.measuring.source_library import SourceLibrary, build_library
from workflow_scripts.measuring.unresolved_light import FREE

ROUNDS = 2  # the level is the mean of the sky's pixels, which are known once the light is shared


@dataclass(frozen=True)
class Extraction:
    """What one mosaic consists of.

    Attributes
    ----------
    library : SourceLibrary
        Its marks hold `parent`, `x_parent`, `y_parent` in the place of `x`, `y`.
    free : (y, x) bool
        The pixels of the sky.
    positions : list of (n, 2) float
        Of the library's sources, field by field, pixel.
    n_detected : int
        Sources, also those whose centre lies outside the data.
    """

    library: SourceLibrary
    free: np.ndarray
    positions: list
    n_detected: int


def extract_sources(mosaic, detection, faintest_sigma):
    """Take a mosaic apart into stamps of its sources and sky.

    Parameters
    ----------
    mosaic : imaging.mosaics.Mosaic
    detection : dict
        Keyword arguments of `measuring.detection.detect`.
    faintest_sigma : float
        Model light at which half of a pixel belongs to the sky, in standard deviations of the noise.
    """
    pixels, covered = mosaic.pixels, mosaic.covered
    sources, segmentation = detect(pixels, covered, **detection)
    noise = float(np.median(sources["noise"])) if len(sources["x"]) else 1.0
    isophote, faintest = isophote_of(detection, noise), faintest_sigma * noise
    free = covered & (segmentation == 0)
    for _ in range(ROUNDS):
        # ASSUME: the sky of an image is flat; what varies on the scale of large sources is theirs
        light = np.where(covered, pixels - (pixels[free].mean(dtype=float) if free.any() else 0.0), 0)
        shares, remaining = share_light(light, segmentation, isophote=max(isophote, faintest), faintest=faintest)
        free = covered & (remaining > FREE)
    library = build_library(light, covered, sources, segmentation, shares)
    rows, x, y = mosaic.locate(library.marks["x"], library.marks["y"])
    positions = [np.column_stack([x[rows == row], y[rows == row]]) for row in mosaic.rows]
    return Extraction(in_parent(library, mosaic), free, positions, len(shares))


def isophote_of(detection, noise):
    """Return the threshold of the detection above the background, in the unit of the pixels."""
    return detection["threshold_sigma"] * noise if detection["method"] == "sep" else detection["threshold"]


def in_parent(library, mosaic):
    """Return a library whose marks place the sources in the parent image."""
    marks = dict(library.marks)
    x, y = marks.pop("x"), marks.pop("y")
    place = {"parent": np.full(len(library), mosaic.parent), "x_parent": x + mosaic.origin[0]}
    return replace(library, marks={**place, "y_parent": y + mosaic.origin[1], **marks})


def join_libraries(libraries):
    """Return several libraries as one, its sources numbered from 1: the mark `id`."""
    parts = [[getattr(one, name) for one in libraries] for name in ("light", "weight", "height", "width", "x", "y")]
    marks = {name: np.concatenate([one.marks[name] for one in libraries]) for name in libraries[0].marks}
    number = np.arange(sum(len(one) for one in libraries)) + 1
    return SourceLibrary(*(np.concatenate(one) for one in parts), {"id": number, **marks})


def sizes_detected(images, detection):
    """Return the pixels of the sources that are detected in fields, one array for all."""
    found = [detect(image, np.ones(image.shape, bool), **detection)[0]["npix"] for image in images]
    return np.concatenate([np.asarray(one, float) for one in found])
