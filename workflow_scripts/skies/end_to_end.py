"""End-to-end sky: a network generates entire fields at a reduced size, which are enlarged. A baseline."""

import numpy as np

from workflow_scripts.imaging.levels import round_to_step
from workflow_scripts.imaging.scaling import enlarge
from workflow_scripts.settings.bases.skies import GreyLevelOptions
from workflow_scripts.settings.contracts.skies import Part, Sky

DECLARATION = Sky(parts={"fields": Part(kind="stage", trained_on=["small_fields"])})


class Options(GreyLevelOptions):
    """Quantisation."""


def compose(n, rng, scene, parts, options):
    """Yield n fields.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `fields`: a sampler of reduced fields.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        Empty columns x, y, flux, peak: fields that a network generates as a whole have no truth.
    """
    for small in parts["fields"](n, rng):
        image = round_to_step(enlarge(small, scene.shape), options.round_to)
        yield image.astype(np.float32), {name: np.empty(0) for name in ("x", "y", "flux", "peak")}
