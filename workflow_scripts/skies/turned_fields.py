"""Control: training fields turned and shifted. What finds copies has to find these; they are no new skies."""

import numpy as np

from workflow_scripts.imaging.fields import turn
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Sky(parts={"fields": Part(kind="fields")})
OF_SQUARES, OF_RECTANGLES = np.arange(8), np.array([0, 2, 5, 7])  # symmetries of `imaging.fields.turn`


class Options(Declared):
    """Shift of the fields."""

    shift: int = option(
        1, "Largest shift along each axis; the uncovered border is filled by reflection.", unit="pixel", ge=0
    )


def compose(n, rng, scene, parts, options):
    """Yield n fields without a truth catalogue.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `fields (m, y, x)`: those of the training part.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        Empty columns x, y, flux, peak.
    """
    symmetries = OF_SQUARES if scene.shape[0] == scene.shape[1] else OF_RECTANGLES
    for row in rng.integers(len(parts["fields"]), size=n):
        moved = shifted(parts["fields"][row], *rng.integers(-options.shift, options.shift + 1, 2))
        image = turn(moved, rng.choice(symmetries))
        yield np.array(image, np.float32, order="C"), {name: np.empty(0) for name in ("x", "y", "flux", "peak")}


def shifted(image, y, x):
    """Return an image moved by whole pixels, reflected at its border."""
    reach = max(abs(y), abs(x))
    padded = np.pad(image, reach, mode="symmetric")
    return padded[reach - y : reach - y + image.shape[0], reach - x : reach - x + image.shape[1]]
