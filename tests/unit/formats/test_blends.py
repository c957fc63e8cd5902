import numpy as np
import pytest

from workflow_scripts.formats.blends import (
    blend_columns,
    open_stamps,
    read_magnitudes,
    read_members,
    write_blend_catalogue,
)
from workflow_scripts.formats.catalogues import write_catalogue
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv

TABLE = {
    "id": np.array([1164, 7, 300]),
    "mag": np.array([20.5, 21.25, 22.0]),
    "flux_radius": np.array([3.0, 4.0, 5.5]),
    "z": np.array([0.5, np.nan, 2.0]),
    "galtype": np.array(["disk", "irr", "a, b"]),
    "segval": np.array([1164, 7, 300]),
}


def write(folder, n=3, table=TABLE, **about):
    maps = np.zeros((n, 9, 8), np.int32)
    maps[:, 2:5, 2:5] = np.array([1164, 7, 300, 8])[:n, None, None]  # labels beyond a byte occur
    with create_stack(folder / "stamps.h5", **about) as writer:
        writer.append(image=np.ones((n, 9, 8), np.float32), segmentation=maps, noise=np.arange(n, dtype=np.float32))
    write_catalogue(folder / "stamps.ecsv", table)
    return folder / "stamps.h5", folder / "stamps.ecsv"


def test_stamps_come_in_blocks_with_what_is_known_of_them(tmp_path):
    with open_stamps(*write(tmp_path, pixel_scale_arcsec=0.5, model=1)) as source:
        ((images, labels),) = source.blocks()
        assert images.shape == labels.shape == (3, 9, 8)
        assert labels.max() == 1164
        assert source.shape == (9, 8)
        assert source.is_model
        assert source.area_arcmin2 == pytest.approx(72 * 0.25 / 3600)
        assert source.noise.tolist() == [0, 1, 2]


def test_what_is_not_known_is_none(tmp_path):
    with open_stamps(*write(tmp_path)) as source:
        assert source.area_arcmin2 is None
        assert not source.is_model


@pytest.mark.parametrize(
    ("n", "table", "message"),
    [
        (4, TABLE, "stamps.ecsv has 3 rows, .*stamps.h5 4 stamps"),
        (3, {**TABLE, "id": np.array([5, 7, 5])}, "two galaxies have the id 5: rows 1 and 3"),
        (3, {name: TABLE[name] for name in ("id", "mag")}, "no column flux_radius, z, galtype, segval; it has id, mag"),
    ],
)
def test_stamps_that_cannot_be_used_say_why(tmp_path, n, table, message):
    with pytest.raises(ValueError, match=message), open_stamps(*write(tmp_path, n, table)):
        pass


def test_members_of_all_shards_come_in_order(tmp_path):
    for shard, stamp in enumerate(([[0, 1]], np.empty((0, 2)), [[2, -1], [1, 0]])):
        with create_stack(tmp_path / f"{shard}.h5") as writer:
            stamp = np.asarray(stamp, np.int32)
            writer.append(stamp=stamp, shift=np.full((len(stamp), 2, 2), float(shard)))
    shards = [tmp_path / f"{shard}.h5" for shard in range(3)]
    members, shifts = read_members(shards, 3)
    np.testing.assert_array_equal(members, [[0, 1], [2, -1], [1, 0]])
    np.testing.assert_array_equal(shifts[:, 0, 0], [0, 2, 2])
    with pytest.raises(ValueError, match=r"2.h5: no stamp 2 among 2: the blends were produced from other stamps"):
        read_members(shards, 2)


def test_a_catalogue_has_the_columns_of_every_galaxy(tmp_path):
    members = np.array([[0, 1, 2], [2, -1, -1], [1, 0, -1]])
    shifts = np.array([[[0, 0], [3, 4], [-5, 12]], [[0, 0]] * 3, [[0, 0], [0.25, -1], [0, 0]]], float)
    write_blend_catalogue(tmp_path / "c.csv", members, shifts, TABLE)
    rows = read_csv(tmp_path / "c.csv")
    assert list(rows[0]) == blend_columns(3)
    assert blend_columns(2) == [
        *["id", "distance", "shift_x", "shift_y"],
        *[f"g{g}_{name}" for g in (1, 2) for name in ("id", "mag", "rad", "z", "type")],
    ]
    assert blend_columns(3)[-3:] == ["g3_distance", "g3_shift_x", "g3_shift_y"]
    assert rows[0] == {
        **{"id": "0", "distance": "5.000", "shift_x": "3", "shift_y": "4"},
        **{"g1_id": "1164", "g1_mag": "20.5", "g1_rad": "3.0", "g1_z": "0.5", "g1_type": "disk"},
        **{"g2_id": "7", "g2_mag": "21.25", "g2_rad": "4.0", "g2_z": "nan", "g2_type": "irr"},
        **{"g3_id": "300", "g3_mag": "22.0", "g3_rad": "5.5", "g3_z": "2.0", "g3_type": "a, b"},
        **{"g3_distance": "13.000", "g3_shift_x": "-5", "g3_shift_y": "12"},
    }
    assert [rows[1][name] for name in ("distance", "shift_x", "g2_id", "g3_mag", "g3_shift_y")] == [""] * 5
    assert [rows[2][name] for name in ("distance", "shift_x", "shift_y")] == ["1.031", "0.25", "-1"]
    np.testing.assert_array_equal(
        read_magnitudes(tmp_path / "c.csv"),
        [[20.5, 21.25, 22.0], [22.0, np.nan, np.nan], [21.25, 20.5, np.nan]],
    )


def test_legacy_columns_hold_the_shift_along_rows_first(tmp_path):
    write_blend_catalogue(
        tmp_path / "c.csv", np.array([[0, 1]]), np.array([[[0, 0], [3.0, 4.0]]]), TABLE, legacy_shift_columns=True
    )
    (row,) = read_csv(tmp_path / "c.csv")
    assert (row["shift_x"], row["shift_y"], row["distance"]) == ("4", "3", "5.000")


def test_a_table_without_magnitudes_is_no_catalogue_of_blends(tmp_path):
    (tmp_path / "c.csv").write_text("id,x\n1,2\n")
    with pytest.raises(ValueError, match="no column g1_mag; it has id, x"):
        read_magnitudes(tmp_path / "c.csv")
