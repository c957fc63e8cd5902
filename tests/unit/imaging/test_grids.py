import numpy as np
import pytest

from workflow_scripts.imaging.grids import cells_of, fill_grid, n_cells, patches_on_grids


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
