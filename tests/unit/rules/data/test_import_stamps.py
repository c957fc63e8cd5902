"""The stamps of a data set as the blending rules take them."""

import numpy as np
import pytest

from tests.unit.datasets.serving import members_of, release, synthetic_stamps
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.data.import_stamps import import_stamps
from workflow_scripts.runtime.entry import built

NAMES = ("candels_img.npy", "candels_seg.npy", "candels_cat.csv")
COLUMNS = ["id", "x", "y", "mag", "mag_err", "flux_radius", "z", "galtype", "segval"]
N = 70  # more than are written at a time


def run(folder, files=None, options=None, **cuts):
    """Import a synthetic release; return the stack's content, its attributes and the catalogue."""
    for name, content in (files or release(flag=True, n=N, size=48)).items():
        (folder / name).write_bytes(content)
    chosen = {"files": [str(folder / name) for name in NAMES], **(options or {})}
    given = {"source": "stamp_files", "options": chosen, "size": 48, "min_snr": 0, "clean_only": False, **cuts}
    import_stamps(
        manifest="",
        stamps=folder / "all.h5",
        stamp_catalogue=folder / "all.ecsv",
        folder="",
        options=built(import_stamps, given),
        seed=3,
        code="x",
    )
    with open_stack(folder / "all.h5") as stack:
        return {name: stack[name][:] for name in stack.file}, stack.attributes, read_catalogue(folder / "all.ecsv")


def test_all_stamps_are_there_with_what_is_known_of_them(tmp_path):
    stack, attributes, table = run(tmp_path)
    assert {name: (array.shape, str(array.dtype)) for name, array in stack.items()} == {
        "image": ((N, 48, 48), "float32"),
        "segmentation": ((N, 48, 48), "int32"),
        "noise": ((N,), "float32"),
    }
    assert stack["segmentation"].max() == 1164
    assert table.colnames[:9] == COLUMNS
    assert {"ra", "dec", "field", "clean_flag", "flux", "snr", "noise"} <= set(table.colnames)
    assert set(table["field"]) == {"COSMOS"}
    assert table["clean_flag"].sum() == sum(bool(number % 3) for number in range(N))
    np.testing.assert_allclose(table["x"], 24, atol=1)
    np.testing.assert_allclose(table["y"], 24, atol=1)
    assert (table["snr"] > 20).all()
    assert (attributes["model"], attributes["psf_matched"], attributes["n_left_out"]) == (0, 0, 0)
    assert attributes["zeropoint_ab"] is None
    np.testing.assert_allclose(table["noise"], stack["noise"])


@pytest.mark.parametrize(("number", "offset"), [("i8", 2**40), ("u4", 2**31), ("u8", 2**63 + 2**20), ("i8", -(2**40))])
def test_labels_beyond_32_bits_are_renumbered(tmp_path, number, offset):
    images, maps, rows = synthetic_stamps(n=3, size=48)
    wide = np.where(maps > 0, maps.astype(object) + abs(offset), 0)
    wide[:, 0, 0] = min(offset, 0)  # a label below all others, far from the source
    rows = [[*row[:-1], int(row[-1]) + abs(offset)] for row in rows]
    (tmp_path / "wide").mkdir()
    (tmp_path / "narrow").mkdir()
    expected, _, table = run(tmp_path / "narrow", release(flag=True, n=3, size=48))
    stack, _, wide_table = run(tmp_path / "wide", members_of(images, wide.astype(number), rows))
    assert stack["segmentation"].dtype == np.int32
    own = [image == segval for image, segval in zip(stack["segmentation"], wide_table["segval"], strict=True)]
    narrow = [image == segval for image, segval in zip(expected["segmentation"], table["segval"], strict=True)]
    np.testing.assert_array_equal(own, narrow)
    np.testing.assert_allclose(wide_table["flux"], table["flux"], rtol=1e-3)  # the corner is background no more


@pytest.mark.parametrize("number", ["u1", "i2", "i4", "i8"])
def test_maps_are_of_any_whole_numbers(tmp_path, number):
    images, maps, rows = synthetic_stamps(n=3, size=48)
    files = members_of(images, (maps % 200).astype(number), [[*row[:-1], row[-1] % 200] for row in rows])
    stack, _, table = run(tmp_path, files)
    assert len(table) == 3
    assert stack["segmentation"].dtype == np.int32


def test_the_same_input_gives_the_same_bytes(tmp_path):
    written = []
    for name in "ab":
        (tmp_path / name).mkdir()
        run(tmp_path / name)
        written.append([(tmp_path / name / file).read_bytes() for file in ("all.h5", "all.ecsv")])
    assert written[0] == written[1]


def test_stamps_that_are_not_clean_can_be_left_out(tmp_path):
    stack, attributes, table = run(tmp_path, clean_only=True)
    assert table["clean_flag"].all()
    assert len(stack["image"]) == len(table) == N - attributes["n_left_out"] == 46


def test_a_release_without_flags_is_clean(tmp_path):
    assert len(run(tmp_path, release(n=5, size=48), clean_only=True)[2]) == 5


def test_faint_stamps_can_be_left_out(tmp_path):
    snr = np.sort(run(tmp_path)[2]["snr"])
    table = run(tmp_path, min_snr=float(snr[10]))[2]
    np.testing.assert_array_equal(np.sort(table["snr"]), snr[10:])
    with pytest.raises(ValueError, match="none of 70 stamps passes the cuts: lower stamps.min_snr"):
        run(tmp_path, min_snr=1e9)


def test_stamps_of_another_size_than_the_settings_say(tmp_path):
    with pytest.raises(ValueError, match=r"stamp 1000 is 48x48 px: set stamps.size to its side"):
        run(tmp_path, size=64)


def test_models_without_noise_pass_any_cut(tmp_path):
    _, attributes, table = run(tmp_path, options={"model": True}, min_snr=5)
    assert attributes["model"] == 1
    assert np.isnan(table["snr"]).all()
    assert len(table) == N


def test_several_bands(tmp_path):
    images, maps, rows = synthetic_stamps(n=3, size=48)
    stack, _, table = run(tmp_path, members_of(np.stack([images, images * 2], axis=-1), maps, rows))
    assert stack["image"].shape == (3, 48, 48, 2)
    np.testing.assert_allclose(stack["noise"][:, 1], 2 * stack["noise"][:, 0], rtol=1e-3)
    np.testing.assert_allclose(table["noise"], stack["noise"][:, 0])
