"""Layered sky: a background of independent pixels, coordinates and stars, each generated alone; the larger wins."""

from typing import Literal

from workflow_scripts.measuring.background import draw_background, mean_level
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
    """How stars meet the background."""

    stars: Literal["whole", "light"] = option(
        "whole",
        "What the stage learnt: sources with their sky, or their light alone (patches.background: subtract), to which "
        "the mean of the sky is added.",
    )


def compose(n, rng, scene, parts, options):
    """Yield n layered fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `stars`, `coordinates`: samplers; `background`: dict of the density's `edges` and `probability`.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of what the source adds to the background.
    """
    shape = scene.shape
    places = [unpack_coordinates(row, shape[1]) for row in parts["coordinates"](n, rng)]
    level = mean_level(**parts["background"]) if options.stars == "light" else 0.0
    stars = iter(parts["stars"](sum(len(xy) for xy in places), rng))
    for xy in places:
        image = draw_background(shape, **parts["background"], rng=rng, round_to=options.round_to)
        added = [put(image, next(stars) + level, x, y, options.round_to) for x, y in xy]
        yield image, as_truth(added)
