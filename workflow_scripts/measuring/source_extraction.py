"""The windows of a part of the sky taken apart: stamps of the sources, and the pixels of the sky between them."""

from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.imaging.blocks import Block
from workflow_scripts.imaging.windows import Window, inside_block
from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.light_sharing import (
    MeanLight,
    Models,
    light_of_sources,
    measure_light,
    model_sources,
    share_light,
)
from workflow_scripts.measuring.source_library import SourceLibrary, build_library
from workflow_scripts.measuring.unresolved_light import FREE, sky_levels

ROUNDS = 2  # the level is the mean of the sky's pixels, which are known once the light is shared


@dataclass(frozen=True)
class Extraction:
    """What one block consists of.

    Attributes
    ----------
    library : SourceLibrary
        Its marks hold `parent`, `x_parent`, `y_parent` in the place of `x`, `y`.
    free : (y, x) bool
        The pixels of the sky, of those of the window that belong to the block.
    positions : (n, 2) float
        Of the library's sources in the block, pixel.
    bright : (m, 2) float
        Of the sources in the block that the detection of the study finds.
    """

    library: SourceLibrary
    free: np.ndarray
    positions: np.ndarray
    bright: np.ndarray


@dataclass(frozen=True)
class Detected:
    """A window with its detected sources.

    Attributes
    ----------
    window : imaging.windows.Window
    block : imaging.blocks.Block
    sources : dict of str to (n,) array
        With `bright`, 1 for those that the detection of the study finds, and `kron_flux`, which remains where `flux`
        becomes that of a stamp.
    segmentation : (y, x) int
    bright : (m, 2) float
        Positions x, y of the sources that the detection of the study finds, pixel of the window.
    noise : float
        Standard deviation of the background of the detection.
    """

    window: Window
    block: Block
    sources: dict
    segmentation: np.ndarray
    bright: np.ndarray
    noise: float

    def light(self, level):
        """Return the pixels above the level of the sky, 0 where there are no data."""
        return np.where(self.window.covered, self.window.pixels - level, 0)


@dataclass(frozen=True)
class Shared:
    """A window whose light is shared among its sources.

    Attributes
    ----------
    found : Detected
    light : (y, x) float
        Above the sky.
    models : measuring.light_sharing.Models
    mean : measuring.light_sharing.MeanLight
        Of all windows of the part.
    """

    found: Detected
    light: np.ndarray
    models: Models
    mean: MeanLight

    @property
    def whole(self):
        """Return the image (y, x) whose pixels times the weight of a source are its light."""
        return light_of_sources(self.light, self.models, self.mean)


def extract_sources(windows, blocks, detection, bright, faintest_sigma):
    """Take the blocks of a part apart into stamps of their sources and sky.

    Parameters
    ----------
    windows, blocks, detection, bright, faintest_sigma
        As of `share_windows`.

    Returns
    -------
    extractions : list of Extraction
        One per block.
    """
    return [extraction_of(one) for one in share_windows(windows, blocks, detection, bright, faintest_sigma)]


def share_windows(windows, blocks, detection, bright, faintest_sigma):
    """Share the light of the windows of a part among their sources.

    Light of the sources of a block in its margin is theirs. All windows of a parent image share one level of the sky,
    the mean of its pixels of the sky, which are known once the light is shared.

    Parameters
    ----------
    windows : list of imaging.windows.Window
    blocks : list of imaging.blocks.Block
    detection, bright : dict
        Keyword arguments of `measuring.detection.detect`: of the library, and of the study.
    faintest_sigma : float
        Model light at which half of a pixel belongs to the sky, in standard deviations of the noise.

    Returns
    -------
    shared : list of Shared
    """
    found = [detect_in(window, block, detection, bright) for window, block in zip(windows, blocks, strict=True)]
    parents = [one.block.parent for one in found]
    free = [one.window.covered & (one.segmentation == 0) for one in found]
    for _ in range(ROUNDS):
        levels = sky_levels([one.window.pixels for one in found], free, parents)
        light = [one.light(levels[one.block.parent]) for one in found]
        models = [model_in(one, pixels, detection, faintest_sigma) for one, pixels in zip(found, light, strict=True)]
        free = [one.window.covered & (1 - part.weight > FREE) for one, part in zip(found, models, strict=True)]
    mean = measure_light(light, models, [one.window.covered for one in found])
    return [Shared(*part, mean) for part in zip(found, light, models, strict=True)]


def detect_in(window, block, detection, bright):
    """Return a window with its detected sources."""
    sources, segmentation = detect(window.pixels, window.covered, **detection)
    noise = float(np.median(sources["noise"])) if len(sources["x"]) else 1.0
    found = detect(window.pixels, window.covered, **bright)[0]
    x, y = (np.round(found[name]).astype(int) for name in "xy")
    is_bright = np.isin(np.arange(len(sources["x"])) + 1, segmentation[y, x]).astype(int)
    known = sources | {"kron_flux": sources["flux"], "bright": is_bright}
    return Detected(window, block, known, segmentation, np.column_stack([found["x"], found["y"]]), noise)


def model_in(found, light, detection, faintest_sigma):
    """Return the models of the sources of a window."""
    isophote, faintest = isophote_of(detection, found.noise), faintest_sigma * found.noise
    return model_sources(light, found.segmentation, isophote=max(isophote, faintest), faintest=faintest)


def extraction_of(shared):
    """Return what a block consists of."""
    found, models = shared.found, shared.models
    window, block, region = found.window, found.block, inside_block(found.window, found.block)
    shares = share_light(models, shared.mean)
    library = build_library(shared.whole, window.covered, region, found.sources, found.segmentation, shares)
    first = window.origin - block.corner
    positions, bright = np.column_stack([library.marks["x"], library.marks["y"]]) + first, found.bright + first
    free, bright = window.covered & (1 - models.weight > FREE) & region, bright[block.holds(*bright.T)]
    return Extraction(in_parent(library, window, block.parent), free, positions, bright)


def isophote_of(detection, noise):
    """Return the threshold of the detection above the background, in the unit of the pixels."""
    return detection["threshold_sigma"] * noise if detection["method"] == "sep" else detection["threshold"]


def in_parent(library, window, parent):
    """Return a library whose marks place the sources in the parent image."""
    marks = dict(library.marks)
    x, y = marks.pop("x"), marks.pop("y")
    place = {"parent": np.full(len(library), parent), "x_parent": x + window.origin[0]}
    return replace(library, marks={**place, "y_parent": y + window.origin[1], **marks})


def join_libraries(libraries):
    """Return several libraries as one, its sources numbered from 1: the mark `id`."""
    parts = [[getattr(one, name) for one in libraries] for name in ("light", "weight", "height", "width", "x", "y")]
    marks = {name: np.concatenate([one.marks[name] for one in libraries]) for name in libraries[0].marks}
    number = np.arange(sum(len(one) for one in libraries)) + 1
    return SourceLibrary(*(np.concatenate(one) for one in parts), {"id": number, **marks})
