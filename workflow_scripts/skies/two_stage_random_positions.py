"""Two-stage sky without its layout: as many cells as the first network draws, but anywhere."""

from workflow_scripts.scenes.grids import patches_on_grids
from workflow_scripts.settings.bases.skies import CellOptions

NEEDS = {"positions": "stage", "galaxies": "stage"}
LEARNT = {"positions": ["grids", "class_grids"], "galaxies": ["patches"]}


class Options(CellOptions):
    """Where patches lie in their cells, and on what."""


def compose(n, rng, parts, options):
    """Yield n fields with their truth, as `two_stage.compose` does."""
    grids = parts["positions"](n, rng)
    shuffled = rng.permuted(grids.reshape(n, -1), axis=1).reshape(grids.shape)
    yield from patches_on_grids(
        shuffled,
        lambda classes: parts["galaxies"](len(classes), rng),
        rng,
        shape=parts["shape"],
        **options.model_dump(),
    )
