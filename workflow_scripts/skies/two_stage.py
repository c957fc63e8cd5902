"""Two-stage sky: a network draws which cells hold a source, another one draws the sources."""

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
    """Yield n fields with their truth.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    parts : dict
        `shape` (y, x); `positions`, `galaxies`: samplers of grids and of patches.
    options : Options

    Yields
    ------
    image : (y, x) float32
    truth : dict of str to array
        x, y, flux, peak of what the source adds to the background.
    """
    grids = parts["positions"](n, rng)
    yield from patches_on_grids(
        grids, lambda classes: parts["galaxies"](len(classes), rng), rng, shape=parts["shape"], **asdict(options)
    )
