import numpy as np
import pytest

from workflow_scripts.formats.arrays import create_array


def test_rows_are_read_back_through_a_memory_map(tmp_path):
    rows = np.random.default_rng(0).normal(size=(5, 4, 3))
    with create_array(tmp_path / "a.npy", rows.shape, np.float32) as array:
        for row in rows:
            array.append(row.T.copy().T)  # whatever the order in memory
    read = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, rows.astype(np.float32))


def test_missing_rows_are_an_error_and_nothing_appears(tmp_path):
    with pytest.raises(ValueError, match="1 of 2 rows written"):
        with create_array(tmp_path / "a.npy", (2, 3), np.uint8) as array:
            array.append(np.zeros(3))
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_another_shape_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected"):
        with create_array(tmp_path / "a.npy", (2, 3), np.uint8) as array:
            array.append(np.zeros(4))


def test_no_rows_make_an_empty_array(tmp_path):
    with create_array(tmp_path / "a.npy", (0, 2), np.float64):
        pass
    assert np.load(tmp_path / "a.npy").shape == (0, 2)
