"""Second baseline of sparse skies: large and small diamonds, their sizes and levels from geometric distributions."""

import numpy as np

from workflow_scripts.scenes.diamonds import diamonds
from workflow_scripts.settings.bases.skies import DiamondOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(parts={"sources": Part(kind="catalogue")})
FADE = 5.0  # grey levels per pixel of distance from the centre
# Number per field (mean, standard deviation), smallest size in pixels, and the parameters of size and level.
PUBLISHED = (
    {"count": (50, 15), "least": 5, "p_npix": 0.1, "p_peak": 0.05},
    {"count": (10, 2), "least": 1, "p_npix": 0.7, "p_peak": 0.8},
)


class Options(DiamondOptions):
    """Origin of the parameters."""

    large_from: int = option(5, "Smallest area of a large source, for fitted parameters.", unit="pixel2", ge=2)


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
    kinds = PUBLISHED if options.published else fit(parts["sources"], scene.n_training_fields, options.large_from)
    for _ in range(n):
        npix, peak = (np.concatenate(one) for one in zip(*(draw_marks(rng, kind) for kind in kinds), strict=True))
        x, y = (rng.integers(side, size=len(npix)) for side in scene.shape[::-1])
        yield diamonds(scene.shape, x, y, npix, peak, FADE)


def draw_marks(rng, kind):
    """Return sizes in pixels and levels of the diamonds of one kind in a field."""
    count = max(0, round(rng.normal(*kind["count"])))
    npix = kind["least"] - 1 + rng.geometric(kind["p_npix"], count)
    return npix.astype(float), rng.geometric(kind["p_peak"], count).astype(float)


def fit(sources, n_fields, large_from):
    """Return the parameters of both kinds; the mean of a geometric distribution that begins at k is k - 1 + 1 / p."""
    npix, peak = np.asarray(sources["npix"], float), np.asarray(sources["peak"], float)
    field, large = np.asarray(sources["field"], int), npix >= large_from
    kinds = []
    for chosen, least in ((large, large_from), (~large, 1)):
        if chosen.any():
            counts = np.bincount(field[chosen], minlength=n_fields)
            p_npix, p_peak = 1 / (npix[chosen].mean() - least + 1), 1 / max(peak[chosen].mean(), 1)
            kinds.append({"count": (counts.mean(), counts.std()), "least": least, "p_npix": p_npix, "p_peak": p_peak})
    return kinds
