"""Skies that share their positions: the same cells, and new or permuted sources in them."""

import numpy as np
import pytest

from workflow_scripts.scenes.scene import Scene
from workflow_scripts.skies.two_stage_fixed_positions import Options, compose, permutations

SHAPE, CELL = (64, 48), 16


def grids(n, rng):
    return (rng.random((n, 4, 3)) < 0.5).astype(np.float32)


def patches(n, rng):
    """Patches of one bright pixel, each of another level."""
    drawn = np.full((n, CELL, CELL), -5.0, np.float32)
    drawn[:, CELL // 2, CELL // 2] = rng.uniform(1, 100, n)
    return drawn


def levels(galaxies, sets=8, n=32):
    parts = {"positions": grids, "galaxies": patches}
    fields = list(compose(n, np.random.default_rng(0), Scene(SHAPE), parts, Options(galaxies=galaxies, sets=sets)))
    assert len(fields) == n
    for image, truth in fields:
        assert image.sum() == pytest.approx(truth["flux"].sum())
    return np.array([image[8::16, 8::16] for image, _ in fields]).reshape(-1, sets, 12)


@pytest.mark.parametrize("galaxies", ["new", "permuted"])
def test_fields_of_a_run_share_their_cells_and_runs_do_not(galaxies):
    filled = levels(galaxies) > 0
    assert (filled == filled[:, :1]).all()
    assert len(np.unique(filled[:, 0], axis=0)) > 1


def test_they_share_places_off_the_middle_of_their_cells_too():
    parts = {"positions": grids, "galaxies": patches}
    made = list(compose(16, np.random.default_rng(0), Scene(SHAPE), parts, Options(sets=8, offset=True)))
    lit = np.array([image > 0 for image, _ in made]).reshape(2, 8, *SHAPE)
    assert (lit == lit[:, :1]).all()
    assert (np.argwhere(lit[0, 0]) % CELL != CELL // 2).any()
    assert (lit[0, 0] != lit[1, 0]).any()


def test_new_galaxies_are_new():
    drawn = levels("new")
    assert len(np.unique(drawn[drawn > 0])) == np.count_nonzero(drawn)


def test_permuted_galaxies_are_the_same_in_other_cells():
    drawn = levels("permuted")
    in_order = np.sort(drawn, axis=2)
    np.testing.assert_array_equal(in_order, np.broadcast_to(in_order[:, :1], in_order.shape))
    assert (drawn != drawn[:, :1]).any(axis=(1, 2)).all()


def test_permutations_stay_in_their_grid():
    drawn = permutations(np.array([3, 0, 2]), 2, np.random.default_rng(0))
    assert [sorted(part) for part in np.split(drawn, [3, 6, 8])] == [[0, 1, 2], [0, 1, 2], [3, 4], [3, 4]]
