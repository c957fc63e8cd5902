"""Stamps as NPY and CSV, and all that can be wrong with them."""

import numpy as np
import pytest

from tests.unit.datasets.serving import HEADER, members_of, synthetic_stamps
from workflow_scripts.datasets.stamp_files import Options, describe, fetch, read


def write(folder, images, maps, rows, header=HEADER):
    for name, content in members_of(images, maps, rows, header).items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in ("candels_img.npy", "candels_seg.npy", "candels_cat.csv")]


@pytest.fixture
def stamps():
    return synthetic_stamps(n=6)


def test_few_columns_are_enough(tmp_path, stamps):
    images, maps, rows = stamps
    files = write(
        tmp_path, images, maps, [[row[0], row[4], row[6], row[9]] for row in rows], ["ID", "mag", "radius", "segval"]
    )
    found = list(read("", Options(files=files)))
    assert [row["id"] for _, row in found] == [row[0] for row in rows]
    assert found[0][1]["galtype"] == "unknown"
    assert np.isnan(found[0][1]["z"])
    assert "ra" not in found[0][1]
    assert [record["file"] for record in fetch("", Options(files=files))] == files


def test_the_radius_may_go_by_our_own_name(tmp_path, stamps):
    images, maps, rows = stamps
    files = write(tmp_path, images, maps, rows, [name.replace("radius", "flux_radius") for name in HEADER])
    assert [row["flux_radius"] for _, row in read("", Options(files=files))] == [row[6] for row in rows]


@pytest.mark.parametrize("size", [63, 64])
def test_odd_and_even_stamps(tmp_path, size):
    files = write(tmp_path, *synthetic_stamps(n=3, size=size))
    assert [stamp["image"].shape for stamp, _ in read("", Options(files=files))] == [(size, size)] * 3


def test_several_bands(tmp_path, stamps):
    images, maps, rows = stamps
    files = write(tmp_path, np.stack([images, 3 * images], axis=-1), maps, rows)
    stamp, _ = next(read("", Options(files=files)))
    assert stamp["image"].shape == (64, 64, 2)
    np.testing.assert_allclose(stamp["noise"][1], 3 * stamp["noise"][0], rtol=1e-3)


def test_models_have_no_background_of_their_own(tmp_path, stamps):
    files = write(tmp_path, *stamps)
    options = Options(files=files, model=True, noise=0.3, photometric=True, zeropoint_ab=27.0)
    stamp, _ = next(read("", options))
    np.testing.assert_array_equal(stamp["image"], stamps[0][0])
    assert stamp["noise"] == np.float32(0.3)
    assert describe("", options) | {"model": 1, "zeropoint_ab": 27.0} == describe("", options)
    assert describe("", Options(files=files))["zeropoint_ab"] is None


def off_centre(images, maps, rows):
    maps[2][maps[2] == 302] = 0


def with_nan(images, maps, rows):
    images[2, 3, 4] = np.nan


def without_radius(images, maps, rows):
    rows[2][6] = ""


def without_background(images, maps, rows):
    maps[2][maps[2] == 0] = 5


FAULTS = {
    off_centre: "no object at the centre",
    with_nan: "NaN or infinite pixels",
    without_radius: "no radius above 0",
    without_background: "fewer than 50 pixels of background",
}


@pytest.mark.parametrize("spoil", FAULTS)
def test_stamps_that_cannot_be_blended_are_named_or_left_out(tmp_path, stamps, spoil, caplog):
    spoil(*stamps)
    files = write(tmp_path, *stamps)
    with pytest.raises(ValueError, match=r"candels_img.npy: 1 of 6 stamps cannot be blended") as error:
        next(read("", Options(files=files)))
    assert f"{FAULTS[spoil]}" in str(error.value)
    assert "id 1002" in str(error.value)
    assert "skip" in str(error.value)
    kept = [row["id"] for _, row in read("", Options(files=files, unusable="skip"))]
    assert kept == [1000, 1001, 1003, 1004, 1005]
    assert "1 of 6" in caplog.text


def fewer_rows(images, maps, rows):
    return images, maps, rows[:-1], HEADER


def fewer_maps(images, maps, rows):
    return images, maps[:-1], rows, HEADER


def flat_images(images, maps, rows):
    return images.reshape(6, -1), maps, rows, HEADER


def oblong(images, maps, rows):
    return images[:, :-1], maps[:, :-1], rows, HEADER


def fractional_labels(images, maps, rows):
    return images, maps + 0.5, rows, HEADER


def duplicates(images, maps, rows):
    return images, maps, [rows[0], *rows[:-1]], HEADER


def no_segval(images, maps, rows):
    return images, maps, [row[:-1] for row in rows], HEADER[:-1]


def words_for_numbers(images, maps, rows):
    rows[4][4] = "bright"
    return images, maps, rows, HEADER


def no_rows(images, maps, rows):
    return images[:0], maps[:0], [], HEADER


WRONG = {
    fewer_rows: r"candels_cat.csv has 5 rows, .*candels_img.npy 6 stamps",
    fewer_maps: r"candels_seg.npy: shape \(5, 64, 64\)",
    flat_images: r"candels_img.npy: float32 of shape \(6, 4096\)",
    oblong: r"candels_img.npy: float32 of shape \(6, 63, 64\)",
    fractional_labels: r"candels_seg.npy: labels are float64",
    duplicates: r"candels_cat.csv: 1 duplicate ids: 1000",
    no_segval: r"candels_cat.csv: no column segval; it has id, ra",
    words_for_numbers: r"candels_cat.csv: row 4: mag is 'bright', not a number",
    no_rows: r"candels_cat.csv: no column .*it has no row",
}


@pytest.mark.parametrize("spoil", WRONG)
def test_files_that_do_not_belong_together(tmp_path, stamps, spoil):
    files = write(tmp_path, *spoil(*stamps))
    with pytest.raises(ValueError, match=WRONG[spoil]):
        next(read("", Options(files=files, unusable="skip")))


def test_an_npy_that_is_cut_off(tmp_path, stamps):
    files = write(tmp_path, *stamps)
    content = (tmp_path / "candels_seg.npy").read_bytes()
    (tmp_path / "candels_seg.npy").write_bytes(content[:-100])
    with pytest.raises(ValueError, match=r"candels_seg.npy: not a readable NPY"):
        next(read("", Options(files=files)))
