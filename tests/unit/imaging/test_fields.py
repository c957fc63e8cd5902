import numpy as np
import pytest

from workflow_scripts.imaging.fields import (
    cut_tiles,
    field_origins,
    split_counts,
    turn,
    turn_positions,
)

SHARES = {"train": 0.48, "valid": 0.10, "test": 0.42}


def test_forty_two_fields_are_divided_as_the_shares_say():
    assert split_counts(42, SHARES) == {"train": 20, "valid": 4, "test": 18}


@pytest.mark.parametrize("n", [5, 10, 41, 1000])
def test_parts_add_up_and_are_within_one_field_of_their_share(n):
    counts = split_counts(n, SHARES)
    assert sum(counts.values()) == n
    assert all(abs(counts[name] - n * share) < 1 for name, share in SHARES.items())


def test_a_part_without_a_field_is_an_error():
    with pytest.raises(
        ValueError, match="3 blocks of fields cannot be divided into train, valid, test: .*fields.block_size"
    ):
        split_counts(3, SHARES)


def test_fields_are_disjoint_and_run_column_by_column():
    origins = field_origins((872, 1000), 128)
    assert len(origins) == 42
    covered = np.zeros((872, 1000), int)
    for x, y in origins:
        covered[y : y + 128, x : x + 128] += 1
    assert covered.max() == 1
    assert covered.sum() == 42 * 128**2
    steps = np.abs(np.diff(origins, axis=0)).sum(axis=1)
    assert (steps[np.arange(1, 42) % 6 > 0] == 128).all()  # the next field touches the last one within a column


def test_no_size_takes_the_whole_image():
    assert field_origins((30, 40), None).tolist() == [[0, 0]]


def test_tiles_are_the_image_cut_up_row_by_row():
    images = np.arange(2 * 7 * 9).reshape(2, 7, 9)
    tiles, owner = cut_tiles(images, 3)
    assert owner.tolist() == [0] * 6 + [1] * 6
    np.testing.assert_array_equal(tiles[1], images[0, :3, 3:6])
    np.testing.assert_array_equal(tiles[9], images[1, 3:6, :3])
    coloured, _ = cut_tiles(np.stack([images, images + 1], axis=-1), 3)
    np.testing.assert_array_equal(coloured[..., 1], tiles + 1)


def test_a_tile_larger_than_the_image_is_an_error_and_none_is_the_image():
    images = np.zeros((2, 7, 9))
    with pytest.raises(ValueError, match="lower judging.tile_size"):
        cut_tiles(images, 8)
    tiles, owner = cut_tiles(images, None)
    assert tiles.shape == images.shape
    assert owner.tolist() == [0, 1]


@pytest.mark.parametrize("symmetry", range(8))
def test_positions_turn_with_the_pixels(symmetry):
    image = np.arange(25).reshape(5, 5)
    turned = turn(image, symmetry)
    y, x = np.mgrid[:5, :5].reshape(2, -1)
    moved_x, moved_y = turn_positions(x, y, 5, symmetry)
    np.testing.assert_array_equal(turned[moved_y, moved_x], image[y, x])


def test_the_eight_symmetries_differ():
    image = np.arange(25).reshape(5, 5)
    assert len({turn(image, symmetry).tobytes() for symmetry in range(8)}) == 8
