import numpy as np
import pytest

from workflow_scripts.formats.blends import read_blends
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import write_csv


@pytest.fixture
def stamps(tmp_path):
    maps = np.zeros((3, 8, 8), np.int32)
    for row, label in enumerate((1164, 7, 300)):  # labels beyond a byte occur
        maps[row, 2:5, 2:5] = label
    with create_stack(tmp_path / "stamps.h5") as writer:
        writer.append(
            image=np.arange(3, dtype=np.float32)[:, None, None] + np.zeros((3, 8, 8), np.float32),
            segmentation=maps,
            noise=np.array([1, 2, 3], np.float32),
        )
    write_catalogue(tmp_path / "stamps.ecsv", {"id": [1164, 7, 300], "segval": [1164, 7, 300]})
    return tmp_path


def row(number, one, two, x=1, y=-2):
    return {"id": number, "shift_x": x, "shift_y": y, "g1_id": one, "g2_id": two}


def test_rows_of_all_shards_find_their_stamps(stamps):
    write_csv(stamps / "0.csv", [row(0, 300, 1164)])
    write_csv(stamps / "1.csv", [row(1, 7, 300, 0, 4)])
    blends = read_blends([stamps / "0.csv", stamps / "1.csv"], stamps / "stamps.h5", stamps / "stamps.ecsv")
    np.testing.assert_array_equal(blends.pairs, [[2, 0], [1, 2]])
    np.testing.assert_array_equal(blends.shifts, [[[0, 0], [1, -2]], [[0, 0], [0, 4]]])
    np.testing.assert_array_equal(blends.noise, [1, 2, 3])
    assert blends.masks.sum(axis=(1, 2)).tolist() == [9, 9, 9]


def test_a_galaxy_without_a_stamp_is_named(stamps):
    write_csv(stamps / "0.csv", [row(0, 300, 55)])
    with pytest.raises(ValueError, match="no stamp of galaxy 55"):
        read_blends([stamps / "0.csv"], stamps / "stamps.h5", stamps / "stamps.ecsv")
