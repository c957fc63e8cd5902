"""Two-stage sky: one network generates the cells that contain a source, another one the sources."""

from workflow_scripts.scenes.grids import patches_on_grids
from workflow_scripts.settings.bases.skies import CellOptions
from workflow_scripts.settings.contracts.skies import Part, Sky

DECLARATION = Sky(
    parts={
        "positions": Part(kind="stage", trained_on=["grids", "class_grids"]),
        "galaxies": Part(kind="stage", trained_on=["patches"]),
    },
)


class Options(CellOptions):
    """Positions of patches in their cells, and background."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    scene : scenes.scene.Scene
    parts : dict
        `positions`, `galaxies`: samplers of grids and of patches.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of the light that the source adds to the background.
    """
    grids = parts["positions"](n, rng)
    yield from patches_on_grids(
        grids, lambda classes: parts["galaxies"](len(classes), rng), rng, shape=scene.shape, **options.model_dump()
    )
