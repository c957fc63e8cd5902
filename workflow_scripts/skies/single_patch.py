"""Fields that are unmodified images of a trained stage: batches of stamps or blends."""

import numpy as np

from workflow_scripts.settings.contracts.skies import Part, Sky

DECLARATION = Sky(parts={"patches": Part(kind="stage", trained_on=["patches", "crops"])})


def compose(n, rng, scene, parts, options):
    """Yield n images of the stage.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `patches`: the sampler of the stage.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        Empty columns x, y, flux, peak: images that a network generates as a whole have no truth.
    """
    for image in parts["patches"](n, rng):
        yield image, {name: np.empty(0) for name in ("x", "y", "flux", "peak")}
