"""From an image to patches, stamps and coordinates: parts of the sky share nothing, positions stay where they are."""

import numpy as np
import pytest
from astropy.table import vstack
from scipy.spatial import cKDTree

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.imaging.blocks import stored_blocks
from workflow_scripts.rules.data.cut_stamps import cut_stamps
from workflow_scripts.rules.data.cut_windows import cut_windows
from workflow_scripts.rules.data.detect_sources import detect_sources
from workflow_scripts.rules.data.import_dataset import import_dataset
from workflow_scripts.rules.patches.extract_patches import extract_patches
from workflow_scripts.rules.patches.list_coordinates import list_coordinates
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.data import CutWindows, ImportDataset

PARTS, SIZE, GUARD, MARGIN = ("train", "valid", "test"), 32, 5, 20
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
    source = {"source": "image_files", "options": {"files": files}}
    divided = ImportDataset(**source, field_size=SIZE, block_size=2 * SIZE, guard=GUARD, max_masked=0, split=split)
    import_dataset(
        manifest="",
        folder="",
        options=divided,
        seed=42,
        code="",
        **{part: folder / f"{part}.h5" for part in PARTS},
    )
    more = {"manifest": "", "folder": "", "seed": 42, "code": ""}
    for part in PARTS:
        known = inputs(folder, part, "fields", "windows")
        cut_windows(**known, options=CutWindows(**source, margin=MARGIN), **more)
        written = inputs(folder, part, "catalogue", "segmentation")
        detect_sources(
            background=[],
            **known,
            catalogue=written["catalogue"],
            segmentation=folder / f"{part}_field_maps.h5",
            window_segmentation=written["segmentation"],
            options=built(detect_sources, DETECTION),
            seed=42,
            code="",
        )
    return folder, np.stack([np.load(file) for file in files]), true


def inputs(folder, part, *names):
    known = {"fields": f"{part}.h5", "windows": f"{part}_windows.h5", "catalogue": f"{part}.ecsv"}
    known |= {"segmentation": f"{part}_maps.h5"}
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
    assert seen.sum() == 2 * 4 * 4 * (2 * SIZE) ** 2


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
            assert set(np.unique(stack["segmentation"][:])) >= {0, *table["id"]}
    assert n_near > 70  # of 120, some blended and some in guard bands and at the edges of the images


def blocks_of(folder):
    """Return parent, corner and part of every block of the sky."""
    blocks = {}
    for part in PARTS:
        with open_stack(folder / f"{part}.h5") as stack:
            for block in stored_blocks(stack):
                blocks[block.number] = (block.parent, *block.corner, part)
    return blocks


def test_blocks_of_all_parts_are_interleaved_and_apart(sky):
    blocks = blocks_of(sky[0])
    assert sorted(blocks) == list(range(32))
    assert [sum(part == name for *_, part in blocks.values()) for name in PARTS] == [15, 3, 14]
    places = np.array([place for *place, _ in blocks.values()])
    apart = np.abs(places[:, None] - places)
    near = (apart[..., 0] == 0) & (apart[..., 1:].max(axis=-1) > 0)
    assert apart[near][:, 1:].max(axis=-1).min() == 2 * SIZE + GUARD
    parents = {name: {parent for parent, _, _, part in blocks.values() if part == name} for name in PARTS}
    assert parents["train"] == parents["test"] == {0, 1}


def test_a_source_is_catalogued_once_by_the_block_of_its_centre(sky):
    """Also where its light reaches another block; where its centre lies in a guard band, by none."""
    folder, _, true = sky
    tables, blocks = {part: read_catalogue(folder / f"{part}.ecsv") for part in PARTS}, blocks_of(folder)
    n_crossing = 0
    for number, (parent, x, y, part) in blocks.items():
        for place in true[parent]:
            others = np.sort(np.hypot(*(true[parent] - place).T))
            inside = np.array([place - (x, y), (x, y) + np.full(2, 2 * SIZE - 1) - place])
            if others[1] < 12 or np.abs(inside).min() < 0.5:  # of a blended source or at the border of a pixel
                continue
            found = {name: near(table, parent, place) for name, table in tables.items()}
            if inside.min() > 0:
                assert {name: list(rows["block"]) for name, rows in found.items()} == {
                    name: [number] if name == part else [] for name in PARTS
                }
                n_crossing += inside.min() < 4
    assert n_crossing > 3
    for parent in (0, 1):
        corners = np.array([place[1:3] for place in blocks.values() if place[0] == parent])
        for place in true[parent]:
            beyond = np.maximum(corners - place, place - corners - 2 * SIZE + 1).max(axis=1)
            if beyond.min() > 1:
                assert not sum(len(near(table, parent, place)) for table in tables.values())


def near(table, parent, place):
    """Return the catalogued sources within two pixels of a place."""
    distance = np.hypot(table["x_parent"] - place[0], table["y_parent"] - place[1])
    return table[(table["parent"] == parent) & (distance < 2)]


def catalogued(folder, block_size, detection):
    """Return the sources of an image without noise in blocks of a given size, all parts together."""
    source = {"source": "image_files", "options": {"files": [str(folder / "sky.npy")]}}
    sides = {"field_size": 32, "block_size": block_size, "guard": GUARD, "max_masked": 0}
    divided = ImportDataset(**source, **sides, split=dict.fromkeys(PARTS, 1.0))
    more, tables = {"manifest": "", "folder": "", "seed": 1, "code": ""}, []
    import_dataset(options=divided, **{part: folder / f"{part}.h5" for part in PARTS}, **more)
    for part in PARTS:
        known, written = inputs(folder, part, "fields", "windows"), inputs(folder, part, "catalogue", "segmentation")
        cut_windows(**known, options=CutWindows(**source, margin=32), **more)
        maps = {"segmentation": folder / "maps.h5", "window_segmentation": written["segmentation"]}
        detect_sources(
            background=[],
            **known,
            **maps,
            catalogue=written["catalogue"],
            options=built(detect_sources, detection),
            seed=1,
            code="",
        )
        tables.append(read_catalogue(written["catalogue"]))
    return vstack(tables)


@pytest.mark.parametrize(("method", "tolerance"), [("sep", 0.12), ("threshold", 0)])
def test_detection_does_not_depend_on_where_blocks_end(tmp_path, method, tolerance):
    """Exactly where the background is exact; that of SEP is measured on a mesh in each window."""
    rng, (rows, columns) = np.random.default_rng(5), np.mgrid[:330, :330]
    image = np.full(rows.shape, 10.0, np.float32)
    for x, y in rng.uniform(0, 329, (90, 2)):
        image += np.rint(60 * np.exp(-0.125 * ((columns - x) ** 2 + (rows - y) ** 2)))
    np.save(tmp_path / "sky.npy", image)
    given = {**DETECTION, "method": method, "threshold": 5}
    one, other = (catalogued(tmp_path, size, given) for size in (64, 96))
    place = [np.column_stack([table["x_parent"], table["y_parent"]]) for table in (one, other)]
    distance, match = cKDTree(place[1]).query(place[0])
    assert (distance < 1).sum() > 40
    assert distance[distance < 1].max() <= tolerance
    for name in ("npix", "flux", "flux_radius"):
        here, there = (table[name][rows] for table, rows in ((one, distance < 1), (other, match[distance < 1])))
        np.testing.assert_allclose(here, there, rtol=tolerance + 1e-12, err_msg=name)


def test_train_and_test_share_no_galaxy(sky):
    folder, _, _ = sky
    places = []
    for part in PARTS:
        options = {"size": 24, "min_snr": 0, "clean_only": False}
        files = {"stamps": folder / f"{part}_stamps.h5", "stamp_catalogue": folder / f"{part}_stamps.ecsv"}
        cut_stamps(
            **inputs(folder, part, "windows", "segmentation", "catalogue"),
            **files,
            options=built(cut_stamps, options),
            seed=1,
            code="",
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
        **inputs(folder, "train", "windows", "segmentation", "catalogue"),
        patches=folder / "patches.h5",
        options=built(
            extract_patches,
            {
                "size": 32,
                "grow": 2,
                "max_npix": 400,
                "min_patches": 5,
                "black_sigma": 8,
                "background": background,
                "size_classes": [20, 60],
            },
        ),
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


@pytest.mark.parametrize(("n_windows", "order"), [(0, "brightness"), (600, "x")])
def test_coordinates_are_those_of_the_catalogue(sky, n_windows, order):
    folder, _, _ = sky
    list_coordinates(
        **inputs(folder, "train", "fields", "catalogue"),
        coordinates=folder / "coordinates.h5",
        options=built(list_coordinates, {"n_slots": 12, "n_windows": n_windows, "order": order}),
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
    assert density == pytest.approx(len(table) / n_fields, rel=0.1 if n_windows == 0 else 0.35)
    assert len(vectors) == n_fields if n_windows == 0 else 600 <= len(vectors) < 600 + 15
