"""Layered sky: a background of independent pixels, coordinates and stars, each generated alone; the larger wins."""

from typing import Literal

from workflow_scripts.measuring.background import draw_background, mean_level
from workflow_scripts.scenes.coordinates import unpack_coordinates
from workflow_scripts.scenes.placement import as_truth, put
from workflow_scripts.settings.bases.skies import GreyLevelOptions
from workflow_scripts.settings.declared import option

NEEDS = {"stars": "stage", "coordinates": "stage", "background": "background"}
LEARNT = {"stars": ["patches"], "coordinates": ["coordinates"]}


class Options(GreyLevelOptions):
    """How stars meet the background."""

    stars: Literal["whole", "light"] = option(
        "whole",
        "What the stage learnt: sources with their sky, or their light alone (patches.background: subtract), to which "
        "the mean of the sky is added.",
    )


def compose(n, rng, parts, options):
    """Yield n layered fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    parts : dict
        `shape` (y, x); `stars`, `coordinates`: samplers; `background`: dict of the density's `edges` and
        `probability`.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of what the source adds to the background.
    """
    shape = parts["shape"]
    places = [unpack_coordinates(row, shape[1]) for row in parts["coordinates"](n, rng)]
    level = mean_level(**parts["background"]) if options.stars == "light" else 0.0
    stars = iter(parts["stars"](sum(len(xy) for xy in places), rng))
    for xy in places:
        image = draw_background(shape, **parts["background"], rng=rng, round_to=options.round_to)
        added = [put(image, next(stars) + level, x, y, options.round_to) for x, y in xy]
        yield image, as_truth(added)
