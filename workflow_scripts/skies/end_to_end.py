"""End-to-end sky: a network draws the whole field at a reduced size; it is enlarged. There to be compared with."""

import numpy as np

from workflow_scripts.imaging.levels import round_to_step
from workflow_scripts.imaging.scaling import enlarge
from workflow_scripts.settings.bases.skies import GreyLevelOptions

NEEDS = {"fields": "stage"}
LEARNT = {"fields": ["small_fields"]}


class Options(GreyLevelOptions):
    """Quantisation."""


def compose(n, rng, parts, options):
    """Yield n fields.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    parts : dict
        `shape` (y, x); `fields`: a sampler of reduced fields.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        Empty columns x, y, flux, peak: what a network drew at once has no truth.
    """
    for small in parts["fields"](n, rng):
        image = round_to_step(enlarge(small, parts["shape"]), options.round_to)
        yield image.astype(np.float32), {name: np.empty(0) for name in ("x", "y", "flux", "peak")}
