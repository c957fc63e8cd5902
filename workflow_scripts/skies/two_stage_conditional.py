"""Two-stage sky with classes of size: what a cell holds is what the second network is asked for."""

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
    """Where patches lie in their cells, and on what."""


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth, as `two_stage.compose` does."""
    grids = parts["positions"](n, rng)

    def asked(classes):
        return parts["galaxies"](len(classes), rng, {"size_class": classes.astype(int)})

    yield from patches_on_grids(grids, asked, rng, shape=scene.shape, **options.model_dump())
