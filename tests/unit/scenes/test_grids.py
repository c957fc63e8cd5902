import numpy as np
import pytest
from scipy.spatial import cKDTree

from workflow_scripts.scenes.grids import cells_of, fill_grid, n_cells, patches_on_grids


def test_a_field_is_padded_to_whole_cells():
    assert n_cells((1000, 1000), 32) == (32, 32)
    assert n_cells((128, 96), 32) == (4, 3)


def test_the_largest_source_of_a_cell_counts():
    grid = fill_grid(np.array([0.0, 5.0, 31.4, 99.0]), np.array([0.0, 3.0, 40.0, 99.9]), [1, 3, 2, 1], (100, 100), 32)
    expected = np.zeros((4, 4), int)
    expected[0, 0], expected[1, 0], expected[3, 3] = 3, 2, 1
    np.testing.assert_array_equal(grid, expected)


def test_cells_and_back():
    rng = np.random.default_rng(0)
    grid = rng.integers(0, 4, (8, 8)).astype(np.uint8)
    np.testing.assert_array_equal(fill_grid(*cells_of(grid, 32), (256, 256), 32), grid)


def patch(classes):
    """A patch with one pixel in its middle, as bright as its class says, on black."""
    patches = np.full((len(classes), 8, 8), -9.0, np.float32)
    patches[:, 4, 4] = 10 * np.asarray(classes)
    return patches


def test_a_patch_lies_in_the_middle_of_every_cell_that_is_set():
    grids = np.random.default_rng(0).integers(0, 3, (5, 4, 4))
    about = {"shape": (30, 32), "level": 1.0, "offset": False, "round_to": 0.0}
    for grid, (image, truth) in zip(grids, patches_on_grids(grids, patch, None, **about), strict=True):
        bright = np.argwhere(image > 1)[:, ::-1]
        inside = np.stack(cells_of(grid, 8)[:2], axis=1)
        np.testing.assert_array_equal(bright, inside[inside[:, 1] < 30])
        assert (image[image <= 1] == 1).all()
        assert truth["flux"].sum() == pytest.approx((image - 1).sum())


def test_an_offset_spreads_them_over_their_cells():
    grids = np.ones((200, 4, 4), int)
    about = {"shape": (32, 32), "level": 0.0, "offset": True, "round_to": 0.0}
    made = list(patches_on_grids(grids, patch, np.random.default_rng(0), **about))
    x = np.concatenate([truth["x"][truth["flux"] > 0] for _, truth in made])
    assert np.bincount((x % 8).astype(int), minlength=8).min() > 250


def test_grids_of_another_cell_are_refused():
    about = {"shape": (64, 64), "level": 0.0, "offset": False, "round_to": 0.0}
    with pytest.raises(ValueError, match="grids of 4x4 cells do not fit fields of 64x64 px and patches of 8 px"):
        next(patches_on_grids(np.ones((1, 4, 4), int), patch, None, **about))


@pytest.mark.parametrize(("side", "cell", "cells"), [(1000, 32, 32), (1024, 32, 32), (128, 16, 8), (256, 32, 8)])
def test_published_and_other_cells(side, cell, cells):
    """A field of 1000 px has 32x32 cells of 32 px, those of 1024; what lies beyond its border is cut off."""
    grids = np.ones((1, *n_cells((side, side), cell)), int)
    assert grids.shape == (1, cells, cells)
    patches = np.ones((cells**2, cell, cell), np.float32)
    about = {"shape": (side, side), "level": 0.0, "offset": False, "round_to": 0.0}
    image, truth = next(patches_on_grids(grids, lambda classes: patches, None, **about))
    assert image.shape == (side, side)
    assert (image == 1).all()
    assert len(truth["x"]) == cells**2
    assert truth["flux"].sum() == side**2


def test_an_offset_keeps_a_source_in_its_cell_and_hides_the_cells():
    """Cell-aligned sources are never nearer to each other than a cell; with an offset they are."""
    grids = np.random.default_rng(0).integers(0, 2, (300, 4, 4))
    nearest = {}
    for offset in (False, True):
        about = {"shape": (32, 32), "level": 0.0, "offset": offset, "round_to": 0.0}
        made = [truth for _, truth in patches_on_grids(grids, patch, np.random.default_rng(1), **about)]
        x, y = (np.concatenate([truth[name] for truth in made]) for name in "xy")
        expected = np.concatenate([np.stack(cells_of(grid, 8)[:2], axis=1) for grid in grids])
        assert np.abs(np.stack([x, y], axis=1) - expected).max() <= (4.5 if offset else 0)
        seen = [np.stack([truth["x"], truth["y"]], axis=1) for truth in made if len(truth["x"]) > 1]
        nearest[offset] = min(cKDTree(one).query(one, k=2)[0][:, 1].min() for one in seen)
    assert nearest[False] == 8
    assert nearest[True] < 3
