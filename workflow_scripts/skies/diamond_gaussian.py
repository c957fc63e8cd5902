"""First baseline of sparse skies: diamonds at uniform positions, their number and size from Gaussians."""

import numpy as np

from workflow_scripts.scenes.diamonds import diamonds
from workflow_scripts.settings.bases.skies import DiamondOptions
from workflow_scripts.settings.contracts.skies import Part, Sky

DECLARATION = Sky(parts={"sources": Part(kind="catalogue")})
FADE = 5.0  # grey levels per pixel of distance from the centre


class Options(DiamondOptions):
    """Origin of the parameters."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `sources`: the catalogue of the training fields.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak.
    """
    law = {"count": (20, 10), "npix": (50, 40)} if options.published else fit(parts["sources"], scene.n_training_fields)
    for _ in range(n):
        count = max(0, round(rng.normal(*law["count"])))
        x, y = (rng.integers(side, size=count) for side in scene.shape[::-1])
        npix = np.maximum(rng.normal(*law["npix"], count), 1)
        # ASSUME: a diamond fades to one step above black at its border.
        peak = FADE * (1 + (np.sqrt(2 * npix - 1) - 1) / 2)
        yield diamonds(scene.shape, x, y, npix, peak, FADE)


def fit(sources, n_fields):
    """Return mean and standard deviation of the number of sources per field and of their numbers of pixels."""
    counts = np.bincount(np.asarray(sources["field"], int), minlength=n_fields)
    npix = np.asarray(sources["npix"], float)
    return {"count": (counts.mean(), counts.std()), "npix": (npix.mean(), npix.std())}
