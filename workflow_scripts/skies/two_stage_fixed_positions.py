"""Two-stage sky with fixed positions: successive fields share a grid, with new patches or with permuted ones."""

from typing import Literal

import numpy as np

from workflow_scripts.scenes.grids import patches_on_grids
from workflow_scripts.settings.bases.skies import CellOptions
from workflow_scripts.settings.contracts.skies import Part, Sky
from workflow_scripts.settings.declared import option

DECLARATION = Sky(
    parts={
        "positions": Part(kind="stage", trained_on=["grids", "class_grids"]),
        "galaxies": Part(kind="stage", trained_on=["patches"]),
    },
    shared_layout="sets",
)


class Options(CellOptions):
    """Common properties of the fields of one grid; with `offset` their sources have the same positions."""

    galaxies: Literal["new", "permuted"] = option("new", "Patches of each field: new, or those of the grid, permuted.")
    sets: Literal[2, 4, 8, 16] = option(16, "Number of fields that share a grid.")


def compose(n, rng, scene, parts, options):
    """Yield n fields with their truth like `two_stage.compose`; n must be a multiple of `options.sets`."""
    grids = parts["positions"](n // options.sets, rng)

    def patches_for(classes):
        if options.galaxies == "new":
            return parts["galaxies"](len(classes), rng)
        counts = np.count_nonzero(grids.reshape(len(grids), -1), axis=1)
        patches = parts["galaxies"](counts.sum(), rng)
        return patches[permutations(counts, options.sets, rng)]

    about = {"level": options.level, "offset": options.offset, "round_to": options.round_to}
    yield from patches_on_grids(grids, patches_for, rng, shape=scene.shape, fields=options.sets, **about)


def permutations(counts, sets, rng):
    """Return the indices of the patches for `sets` permutations of each grid; `counts` is the number of its patches."""
    first = np.concatenate([[0], np.cumsum(counts)])
    drawn = [start + rng.permutation(count) for start, count in zip(first, counts, strict=False) for _ in range(sets)]
    return np.concatenate(drawn).astype(int)
