"""Layered sky: background, coordinates and stars, generated separately and combined by the pixelwise maximum."""

from typing import Literal

from workflow_scripts.measuring.background import draw_background
from workflow_scripts.scenes.coordinates import unpack_coordinates
from workflow_scripts.scenes.placement import as_truth, put
from workflow_scripts.settings.bases.skies import GreyLevelOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(
    parts={
        "stars": Part(kind="stage", trained_on=["patches"]),
        "coordinates": Part(kind="stage", trained_on=["coordinates"]),
        "background": Part(kind="background"),
    }
)


class Options(GreyLevelOptions):
    """Combination of stars and background."""

    stars: Literal["whole", "light"] = option(
        "whole",
        "Training data of the stage: sources with background, or without it (patches.background: subtract); then the "
        "mean of the background is added.",
    )


def compose(n, rng, scene, parts, options):
    """Yield n layered fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `stars`, `coordinates`: samplers; `background`: a `measuring.background.Histogram`.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of the light that the source adds to the background.
    """
    shape, background = scene.shape, parts["background"]
    places = [unpack_coordinates(row, shape[1]) for row in parts["coordinates"](n, rng)]
    level = background.mean if options.stars == "light" else 0.0
    stars = iter(parts["stars"](sum(len(xy) for xy in places), rng))
    for xy in places:
        image = draw_background(shape, background, rng, options.round_to)
        added = [put(image, next(stars) + level, x, y, options.round_to) for x, y in xy]
        yield image, as_truth(added)
