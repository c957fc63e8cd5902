"""Two-stage sky with random layout: the cells that the first network generates are shuffled."""

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
    """Yield n fields with their truth like `two_stage.compose`."""
    grids = parts["positions"](n, rng)
    shuffled = rng.permuted(grids.reshape(n, -1), axis=1).reshape(grids.shape)
    yield from patches_on_grids(
        shuffled,
        lambda classes: parts["galaxies"](len(classes), rng),
        rng,
        shape=scene.shape,
        **options.model_dump(),
    )
