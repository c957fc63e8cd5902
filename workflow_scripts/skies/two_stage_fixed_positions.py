"""Two-stage sky with fixed positions: fields in a row share a grid, filled anew or with its patches permuted."""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.scenes.grids import patches_on_grids

NEEDS = {"positions": "stage", "galaxies": "stage"}
LEARNT = {"positions": ["grids", "class_grids"], "galaxies": ["patches"]}


@dataclass(frozen=True)
class Options:
    """`sets` fields share a grid; `galaxies` are `new` in each, or those of the grid, `permuted` over its cells.

    `level` is that of the background (as published, 0), `round_to` the step of grey levels, 0 for continuous ones.
    `offset` puts them anywhere in their cells, not in the middle: at the same places in all fields of a grid.
    """

    galaxies: str = "new"
    sets: int = 16
    level: float = 0.0
    offset: bool = False
    round_to: float = 0.0

    def __post_init__(self):
        if self.galaxies not in ("new", "permuted"):
            raise ValueError(f"galaxies: {self.galaxies!r}; known: new, permuted")
        if self.sets not in (2, 4, 8, 16):
            raise ValueError("sets: 2, 4, 8 or 16, since 16 fields are composed together")
        if self.round_to < 0:
            raise ValueError("round_to: at least 0")


def compose(n, rng, parts, options):
    """Yield n fields with their truth, as `two_stage.compose` does; n is a multiple of `options.sets`."""
    grids = parts["positions"](n // options.sets, rng)

    def patches_for(classes):
        if options.galaxies == "new":
            return parts["galaxies"](len(classes), rng)
        counts = np.count_nonzero(grids.reshape(len(grids), -1), axis=1)
        patches = parts["galaxies"](counts.sum(), rng)
        return patches[permutations(counts, options.sets, rng)]

    about = {"level": options.level, "offset": options.offset, "round_to": options.round_to}
    yield from patches_on_grids(grids, patches_for, rng, shape=parts["shape"], fields=options.sets, **about)


def permutations(counts, sets, rng):
    """Return, for grids of `counts` patches each, the numbers of the patches of `sets` permutations, grid by grid."""
    first = np.concatenate([[0], np.cumsum(counts)])
    drawn = [start + rng.permutation(count) for start, count in zip(first, counts, strict=False) for _ in range(sets)]
    return np.concatenate(drawn).astype(int)
