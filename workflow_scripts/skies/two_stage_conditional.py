"""Two-stage sky with classes of size: what a cell holds is what the second network is asked for."""

from workflow_scripts.scenes.grids import patches_on_grids
from workflow_scripts.settings.bases.skies import CellOptions

NEEDS = {"positions": "stage", "galaxies": "stage"}
LEARNT = {"positions": ["class_grids"], "galaxies": ["patches"]}
ASKED = {"galaxies": ["size_class"]}


class Options(CellOptions):
    """Where patches lie in their cells, and on what."""


def compose(n, rng, parts, options):
    """Yield n fields with their truth, as `two_stage.compose` does."""
    grids = parts["positions"](n, rng)

    def asked(classes):
        return parts["galaxies"](len(classes), rng, {"size_class": classes.astype(int)})

    yield from patches_on_grids(grids, asked, rng, shape=parts["shape"], **options.model_dump())
