import numpy as np

from workflow_scripts.scenes.coordinates import MISSING, pack_coordinates, unpack_coordinates


def test_positions_come_back_and_empty_slots_do_not():
    x, y = np.array([0.0, 63.0, 10.25]), np.array([63.0, 0.0, 20.5])
    packed = pack_coordinates(x, y, 64, 5)
    assert packed.shape == (10,)
    assert (packed[6:] == MISSING).all()
    np.testing.assert_allclose(unpack_coordinates(packed, 64), np.stack([x, y], axis=1), atol=1e-5)


def test_the_first_sources_get_the_slots():
    packed = pack_coordinates(np.arange(6.0), np.arange(6.0), 11, 4)
    np.testing.assert_allclose(unpack_coordinates(packed, 11)[:, 0], [0, 1, 2, 3], atol=1e-6)


def test_a_pair_counts_only_where_both_values_lie_in_the_window():
    pairs = np.array([[0.5, 0.5], [1.0, 0.0], [-0.01, 0.5], [0.5, 1.01], [-1.0, -1.0]], np.float32)
    assert len(unpack_coordinates(pairs.ravel(), 64)) == 2
