import numpy as np
import pytest

from workflow_scripts.imaging.blocks import fields_per_block, group_by_region, place_blocks, stored_blocks
from workflow_scripts.imaging.fields import field_origins


def stack_of(*shapes, field_size=10, block_size=20, guard=3):
    """Return the fields of images of given shapes, all in one part."""
    columns, number = {"image": [], "parent": [], "block": [], "x0": [], "y0": []}, 0
    for parent, shape in enumerate(shapes):
        corners, block_shape = place_blocks(shape, field_size, block_size, guard)
        for corner in corners:
            for x, y in corner + field_origins(block_shape, field_size):
                row = (np.zeros((field_size, field_size)), parent, number, x, y)
                for values, value in zip(columns.values(), row, strict=True):
                    values.append(value)
            number += 1
    return {name: np.array(values) for name, values in columns.items()}


def test_the_hubble_picture_has_forty_two_blocks_in_its_middle():
    corners, shape = place_blocks((872, 1000), 64, 128, 8)
    assert (len(corners), shape) == (42, (128, 128))
    assert len(field_origins(shape, 64)) == 4
    assert corners.min(axis=0).tolist() == [28, 32]
    assert (1000, 872) - corners.max(axis=0) - 128 == pytest.approx([28, 32])


@pytest.mark.parametrize("guard", [0, 1, 8])
def test_guard_bands_are_as_wide_as_requested(guard):
    corners, (height, width) = place_blocks((300, 340), 16, 48, guard)
    seen = np.zeros((300, 340), int)
    for x, y in corners:
        seen[max(y - guard, 0) : y + height, max(x - guard, 0) : x + width] += 1  # a band on two of its sides
    assert seen.max() == 1
    assert len(corners) == ((300 + guard) // (48 + guard)) * ((340 + guard) // (48 + guard))


@pytest.mark.parametrize(
    ("shape", "field_size", "block_size", "n", "block_shape"),
    [
        ((64, 64), 64, 128, 1, (64, 64)),
        ((100, 127), 32, 128, 1, (96, 96)),  # smaller than a block: as many fields as fit
        ((100, 399), 32, 128, 2, (96, 128)),
        ((300, 300), 100, 128, 1, (200, 200)),  # a block is a number of whole fields
        ((300, 300), 256, 128, 1, (256, 256)),
        ((31, 47), None, 128, 1, (31, 47)),
    ],
)
def test_blocks_of_images_of_all_sizes(shape, field_size, block_size, n, block_shape):
    corners, found = place_blocks(shape, field_size, block_size, 8)
    assert (len(corners), found) == (n, block_shape)
    assert corners.min() >= 0
    assert (corners.max(axis=0) + found[::-1] <= shape[::-1]).all()


def test_stored_blocks_are_those_that_were_cut():
    blocks = stored_blocks(stack_of((43, 66), (25, 20)))
    assert [block.parent for block in blocks] == [0] * 6 + [1]
    corners, _ = place_blocks((43, 66), 10, 20, 3)
    np.testing.assert_array_equal([block.corner for block in blocks[:6]], corners)
    assert {block.shape for block in blocks} == {(20, 20)}
    assert np.concatenate([block.rows for block in blocks]).tolist() == list(range(28))


def test_a_position_is_found_in_its_field_and_in_no_other():
    stack = stack_of((43, 66))
    block = stored_blocks(stack)[2]
    x, y = np.random.default_rng(0).uniform(-0.5, 19.5, (2, 200))
    assert block.holds(x, y).all()
    rows, x_field, y_field = block.locate(x, y)
    np.testing.assert_allclose(x_field + stack["x0"][rows], x + block.corner[0])
    np.testing.assert_allclose(y_field + stack["y0"][rows], y + block.corner[1])
    for values in (x_field, y_field):
        assert ((values >= -0.5) & (values < 9.5)).all()
    assert not block.holds(np.array([-0.6, 19.5, 3.0, 3.0]), np.array([3.0, 3.0, -0.6, 19.5])).any()


def test_sources_are_grouped_by_block_and_by_field_where_blocks_differ():
    blocks = stored_blocks(stack_of((25, 25), (25, 25)))
    field, x = np.array([6, 1, 4, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    shape, positions, rows = group_by_region(blocks, field, x, x)
    assert (shape, [one.tolist() for one in rows]) == ((20, 20), [[1, 3], [0, 2]])
    np.testing.assert_array_equal(positions, [[11, 1], [2, 12], [3, 3], [4, 14]])
    blocks = stored_blocks(stack_of((43, 20), (15, 12)))
    shape, positions, rows = group_by_region(blocks, np.array([8, 1]), x[:2], x[:2])
    assert shape == (10, 10)
    assert [one.tolist() for one in rows] == [[], [1], *[[]] * 6, [0]]
    np.testing.assert_array_equal(positions, [[1, 1], [2, 2]])


def test_the_fields_of_a_block_are_counted_and_images_without_blocks_are_their_own():
    assert fields_per_block({"block": np.array([0, 0, 3, 3, 3, 7, 7])}) == 2
    assert fields_per_block({"image": np.zeros((3, 4, 4))}) == 1
