"""From an image to patches, stamps and coordinates: parts of the sky share nothing, positions stay where they are."""

import numpy as np
import pytest

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.rules.data.cut_stamps import cut_stamps
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.patches.extract_patches import extract_patches
from workflow_scripts.rules.patches.list_coordinates import list_coordinates

PARTS, SIZE = ("train", "valid", "test"), 64
DETECTION = {
    "threshold_sigma": 8,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}


@pytest.fixture(scope="module")
def sky(tmp_path_factory):
    """Write two images with Gaussian sources; cut them into fields and find the sources of every part."""
    folder, rng = tmp_path_factory.mktemp("sky"), np.random.default_rng(0)
    true, files = [], []
    rows, columns = np.mgrid[:320, :330]
    for parent in range(2):
        image = rng.normal(10, 1, rows.shape).astype(np.float32)
        x, y = rng.uniform(0, 329, 60), rng.uniform(0, 319, 60)
        for i in range(60):
            image += 60 * np.exp(-0.125 * ((columns - x[i]) ** 2 + (rows - y[i]) ** 2))
        files.append(str(folder / f"{parent}.npy"))
        np.save(files[-1], image)
        true.append(np.stack([x, y], axis=1))
    split = {"train": 0.48, "valid": 0.10, "test": 0.42}
    import_dataset(
        manifest="",
        folder="",
        options={"source": "image_files", "options": {"files": files}, "field_size": SIZE, "split": split},
        seed=42,
        code="",
        **{part: folder / f"{part}.h5" for part in PARTS},
    )
    for part in PARTS:
        detect_sources(
            fields=folder / f"{part}.h5",
            catalogue=folder / f"{part}.ecsv",
            segmentation=folder / f"{part}_maps.h5",
            options=DETECTION,
            seed=42,
            code="",
        )
    return folder, np.stack([np.load(file) for file in files]), true


def inputs(folder, part, *names):
    known = {"fields": f"{part}.h5", "segmentation": f"{part}_maps.h5", "catalogue": f"{part}.ecsv"}
    return {name: folder / known[name] for name in names}


def test_no_two_parts_share_a_pixel_and_fields_are_what_the_image_shows(sky):
    folder, images, _ = sky
    seen = np.zeros(images.shape, int)
    for part in PARTS:
        with open_stack(folder / f"{part}.h5") as stack:
            for image, parent, x, y in zip(*(stack[name][:] for name in ("image", "parent", "x0", "y0")), strict=True):
                seen[parent, y : y + SIZE, x : x + SIZE] += 1
                np.testing.assert_array_equal(image, images[parent, y : y + SIZE, x : x + SIZE])
    assert seen.max() == 1
    assert seen.sum() == 50 * SIZE**2


def test_catalogued_sources_are_where_they_were_put(sky):
    folder, _, true = sky
    n_near = 0
    for part in PARTS:
        table = read_catalogue(folder / f"{part}.ecsv")
        for row in table:
            distance = np.hypot(*(true[row["parent"]] - [row["x_parent"], row["y_parent"]]).T).min()
            n_near += distance < 0.5
        with open_stack(folder / f"{part}.h5") as stack:
            for axis in "xy":
                np.testing.assert_allclose(
                    table[axis] + stack[f"{axis}0"][:][table["field"]], table[f"{axis}_parent"], atol=1e-6
                )
        with open_stack(folder / f"{part}_maps.h5") as stack:
            assert set(np.unique(stack["segmentation"][:])) == {0, *table["id"]}
    assert n_near > 80  # of 120, some blended and some in the rest beyond the fields


def test_train_and_test_share_no_galaxy(sky):
    folder, _, _ = sky
    places = []
    for part in PARTS:
        options = {"size": 24, "min_snr": 0, "clean_only": False}
        files = {"stamps": folder / f"{part}_stamps.h5", "stamp_catalogue": folder / f"{part}_stamps.ecsv"}
        cut_stamps(
            **inputs(folder, part, "fields", "segmentation", "catalogue"), **files, options=options, seed=1, code=""
        )
        table, stamps = read_catalogue(folder / f"{part}.ecsv"), read_catalogue(files["stamp_catalogue"])
        rows = np.searchsorted(table["id"], stamps["id"])
        places += [
            tuple(row) for row in zip(*(table[name][rows] for name in ("parent", "x_parent", "y_parent")), strict=True)
        ]
        with open_stack(files["stamps"]) as stack:
            middle = stack["segmentation"][:, 12, 12]
            assert np.mean(middle == stamps["segval"]) > 0.98
            assert stack["image"].shape == (len(stamps), 24, 24)
        np.testing.assert_array_equal(np.round(stamps["x"]), 12)
    parents, xy = np.array(places)[:, 0], np.array(places)[:, 1:]
    distance = np.hypot(*(xy[:, None] - xy).T) + 1e3 * (parents[:, None] != parents)
    np.fill_diagonal(distance, np.inf)
    assert distance.min() > 1.5  # no source of one part is a source of another


@pytest.mark.parametrize("background", ["keep", "subtract"])
def test_a_patch_holds_its_own_source_alone(sky, background):
    folder, images, _ = sky
    extract_patches(
        **inputs(folder, "train", "fields", "segmentation", "catalogue"),
        patches=folder / "patches.h5",
        options={
            "size": 32,
            "grow": 2,
            "max_npix": 400,
            "min_patches": 5,
            "black_sigma": 8,
            "background": background,
            "size_classes": [20, 60],
        },
        seed=1,
        code="",
    )
    table = read_catalogue(folder / "train.ecsv")
    with open_stack(folder / "patches.h5") as stack:
        patches, ids = stack["image"][:], stack["id"][:]
    for patch, row in zip(patches, table[np.searchsorted(table["id"], ids)], strict=True):
        x, y = round(row["x_parent"]), round(row["y_parent"])
        around = images[row["parent"], y - 16 : y + 16, x - 16 : x + 16]
        lit = patch != patch[0, 0]
        if background == "keep":
            assert patch[0, 0] < images.min()  # black shows the sky where the larger of both is taken
            np.testing.assert_array_equal(patch[lit], around[lit])
        else:
            assert patch[0, 0] < (images - np.median(images)).min()
            np.testing.assert_allclose(patch[lit], around[lit] - row["background"], rtol=1e-5)
        assert row["npix"] <= lit.sum() < 0.6 * lit.size


@pytest.mark.parametrize(("n_windows", "order"), [(0, "brightness"), (60, "x")])
def test_coordinates_are_those_of_the_catalogue(sky, n_windows, order):
    folder, _, _ = sky
    list_coordinates(
        **inputs(folder, "train", "fields", "catalogue"),
        coordinates=folder / "coordinates.h5",
        options={"n_slots": 12, "n_windows": n_windows, "order": order},
        seed=1,
        code="",
    )
    with open_stack(folder / "coordinates.h5") as stack, open_stack(folder / "train.h5") as fields:
        vectors, n_fields = stack["vector"][:], len(fields)
    table = read_catalogue(folder / "train.ecsv")
    pairs = vectors.reshape(len(vectors), 12, 2)
    there = (pairs >= 0).all(axis=-1)
    assert (pairs[~there] == -1).all()
    assert pairs.max() <= 1
    if order == "x":
        assert all((np.diff(pair[held, 0]) >= 0).all() for pair, held in zip(pairs, there, strict=True))
    density = there.sum() / len(vectors)
    assert density == pytest.approx(len(table) / n_fields, rel=0.03 if n_windows == 0 else 0.35)
    assert len(vectors) == n_fields if n_windows == 0 else 60 <= len(vectors) <= 61
