"""Two-stage sky with size classes: the second network is conditioned on the class that the first one generates."""

from workflow_scripts.scenes.grids import patches_on_grids
from workflow_scripts.settings.bases.skies import CellOptions
from workflow_scripts.settings.contracts.skies import Part, Sky

DECLARATION = Sky(
    parts={
        "positions": Part(kind="stage", trained_on=["class_grids"]),
        "galaxies": Part(kind="stage", trained_on=["patches"], conditioning=["size_class"]),
    }
)


class Options(CellOptions):
    """Positions of patches in their cells, and background."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth like `two_stage.compose`."""
    grids = parts["positions"](n, rng)

    def patches_for(classes):
        return parts["galaxies"](len(classes), rng, {"size_class": classes.astype(int)})

    yield from patches_on_grids(grids, patches_for, rng, shape=scene.shape, **options.model_dump())
