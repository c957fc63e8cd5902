"""Two-stage sky without its layout: as many cells as the first network draws, but anywhere."""

from dataclasses import asdict, dataclass

from workflow_scripts.scenes.grids import patches_on_grids

NEEDS = {"positions": "stage", "galaxies": "stage"}
LEARNT = {"positions": ["grids", "class_grids"], "galaxies": ["patches"]}


@dataclass(frozen=True)
class Options:
    """`level` is that of the background (as published, 0), `round_to` the step of grey levels, 0 for continuous ones.

    `offset` puts patches anywhere in their cells, not in the middle, where layout statistics see the cells.
    """

    level: float = 0.0
    offset: bool = False
    round_to: float = 0.0

    def __post_init__(self):
        if self.round_to < 0:
            raise ValueError("round_to: at least 0")


def compose(n, rng, parts, options):
    """Yield n fields with their truth, as `two_stage.compose` does."""
    grids = parts["positions"](n, rng)
    shuffled = rng.permuted(grids.reshape(n, -1), axis=1).reshape(grids.shape)
    yield from patches_on_grids(
        shuffled, lambda classes: parts["galaxies"](len(classes), rng), rng, shape=parts["shape"], **asdict(options)
    )
