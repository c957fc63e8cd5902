"""The rule that divides images into blocks and parts."""

import json
import tracemalloc

import numpy as np
import pytest
from astropy.io import fits
from survey_files import tangent

from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.imaging.blocks import divide, stored_blocks
from workflow_scripts.rules.data.import_dataset import PARTS, import_dataset
from workflow_scripts.runtime.entry import built

SPLIT = {"train": 0.45, "valid": 0.1, "test": 0.45}
EQUAL = dict.fromkeys(PARTS, 1.0)
OPTIONS = {"field_size": 16, "block_size": 32, "guard": 4, "max_masked": 0.0, "split": SPLIT}


def imported(folder, *shapes, seed=1, **changes):
    """Import images of given shapes; return parent, block, x0, y0 of the fields of every part."""
    files, rng = [], np.random.default_rng(0)
    for number, shape in enumerate(shapes):
        files.append(str(folder / f"{number}.npy"))
        np.save(files[-1], rng.normal(10, 1, shape).astype(np.float32))
    options = {"source": "image_files", "options": {"files": files}, **OPTIONS, **changes}
    paths, found = {part: folder / f"{part}.h5" for part in PARTS}, {}
    import_dataset(manifest="", folder="", **paths, options=built(import_dataset, options), seed=seed, code="")
    for part, path in paths.items():
        with open_stack(path) as stack:
            found[part] = np.stack([stack[name][:] for name in ("parent", "block", "x0", "y0")], axis=1)
            (height, width), images = stack["image"].shape[1:], list(map(np.load, files))
            for field, (parent, _, x, y) in zip(stack["image"][:], found[part], strict=True):
                np.testing.assert_array_equal(field, images[parent][y : y + height, x : x + width])
    return found


def test_whole_blocks_go_to_one_part_in_consecutive_rows(tmp_path):
    found = imported(tmp_path, (140, 176), (140, 176))
    assert {part: len(rows) for part, rows in found.items()} == {"train": 72, "valid": 16, "test": 72}
    blocks = {part: rows[:, 1] for part, rows in found.items()}
    assert np.concatenate([np.unique(one) for one in blocks.values()]).size == 40
    for one in blocks.values():
        np.testing.assert_array_equal(one, np.repeat(np.unique(one), 4))
    assert {part: set(rows[:, 0]) for part, rows in found.items()} == dict.fromkeys(PARTS, {0, 1})


def test_the_assignment_depends_on_the_seed_alone(tmp_path):
    first, again, other = (imported(tmp_path, (140, 176), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first["test"], again["test"])
    assert first["test"].shape == other["test"].shape
    assert (first["test"] != other["test"]).any()


def test_images_smaller_than_a_block_are_one(tmp_path):
    shapes = (20, 40), (16, 16), (40, 33), (31, 17)
    found = np.concatenate(list(imported(tmp_path, *shapes, block_size=64, split=EQUAL).values()))
    assert np.unique(found[:, :2], axis=0).tolist() == [[k, k] for k in range(4)]
    assert np.bincount(found[:, 0]).tolist() == [2, 1, 4, 1]


def test_whole_images_are_their_own_blocks(tmp_path):
    found = np.concatenate(list(imported(tmp_path, *[(20, 30)] * 12, field_size=None).values()))
    assert sorted(map(tuple, found)) == [(k, k, 0, 0) for k in range(12)]


def test_guard_bands_and_edges_are_stated(tmp_path, caplog):
    """Four by four blocks of 32 px and three bands of 4 px on each axis, of 150 px."""
    caplog.set_level("INFO")
    imported(tmp_path, (150, 150))
    guard, edge = (140**2 - 128**2) / 150**2, 1 - 140**2 / 150**2
    assert "train: 7 blocks, 28 fields" in caplog.messages
    lost = f"{100 * guard:.1f} % of the sky in guard bands, {100 * edge:.1f} % at the edges of the images"
    assert lost in caplog.messages


def test_too_few_blocks_are_an_error(tmp_path):
    remedy = r"2 blocks .* fields\.block_size or fields\.field_size, .* fields\.split"
    with pytest.raises(ValueError, match=remedy) as error:
        imported(tmp_path, (32, 68))
    assert "\n" not in str(error.value)
    assert not list(tmp_path.glob("*.h5"))


@pytest.fixture
def survey(tmp_path):
    """Write an image of 140x176 px with a hole in one field, a bad column and an rms map; return options and image."""
    image = np.random.default_rng(0).normal(10, 1, (140, 176)).astype(np.float32)
    image[40:50, 40:50] = image[:, 100] = np.nan
    cards = fits.Header({"BUNIT": "nJy", "FILTER": "i", **tangent(shape=image.shape)})
    fits.writeto(tmp_path / "a_sci.fits", image, cards)
    fits.writeto(tmp_path / "a_rms.fits", np.linspace(1, 2, 176) * np.ones(image.shape), fits.Header({"FILTER": "i"}))
    files = [str(path) for path in tmp_path.glob("*.fits")]
    return {"source": "survey", "options": {"files": files}}, image


def import_survey(folder, options, **changes):
    """Import a survey; return the columns of all parts, their blocks, and what their attributes state."""
    paths = {part: folder / f"{part}.h5" for part in PARTS}
    chosen = built(import_dataset, {**OPTIONS, **options, **changes})
    import_dataset(manifest="", folder="", **paths, options=chosen, seed=1, code="")
    parts, blocks = [], []
    for path in paths.values():
        with open_stack(path) as stack:
            parts.append({name: stack[name][:] for name in stack.file})
            blocks += stored_blocks(stack)
            attributes, known = stack.attributes, stack.photometry
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, blocks, attributes, known


def test_fields_hold_variance_mask_and_nothing_where_masked(survey, tmp_path):
    options, image = survey
    columns, _, attributes, known = import_survey(tmp_path, options, max_masked=0.5)
    variance = np.broadcast_to(np.linspace(1, 2, 176) ** 2, image.shape)
    for row, (x, y) in enumerate(zip(columns["x0"], columns["y0"], strict=True)):
        window = np.s_[y : y + 16, x : x + 16]
        masked = np.isnan(image[window])
        np.testing.assert_array_equal(columns["image"][row], image[window])
        np.testing.assert_array_equal(columns["mask"][row], masked)
        expected = np.where(masked, np.inf, variance[window])
        np.testing.assert_allclose(columns["variance"][row], expected, rtol=1e-6)
    assert known.noise_level == pytest.approx(1.0, rel=0.05)
    assert (known.unit, known.zeropoint_ab) == ("nJy", pytest.approx(31.4))
    assert len(json.loads(attributes["wcs"])) == 1


@pytest.mark.parametrize("most", [0.0, 0.1, 0.3])
def test_fields_with_too_many_masked_pixels_are_left_out_and_counted(survey, tmp_path, most):
    options, image = survey
    division = divide(image.shape, 16, 32, 4)
    fields = np.concatenate(division.blocks)
    share = np.array([np.isnan(image[division.window(origin)]).mean() for origin in fields])
    columns, _, attributes, _ = import_survey(tmp_path, options, max_masked=most)
    places = set(zip(columns["x0"].tolist(), columns["y0"].tolist(), strict=True))
    assert places == set(map(tuple, fields[share <= most].tolist()))
    assert attributes["n_left_out"] == (share > most).sum() > 0


def test_sources_are_placed_in_the_fields_that_a_block_has(survey, tmp_path):
    options, _ = survey
    _, blocks, _, _ = import_survey(tmp_path, options)
    assert not all(block.is_whole for block in blocks)
    for block in blocks:
        y, x = np.indices(block.shape).reshape(2, -1)
        there = block.holds(x, y)
        rows, x_field, y_field = block.locate(x[there], y[there])
        places = set(zip(rows.tolist(), x_field.tolist(), y_field.tolist(), strict=True))
        assert places == {(row, x, y) for row in block.rows for x in range(16) for y in range(16)}


def test_a_survey_without_a_usable_field_is_refused(survey, tmp_path):
    options, image = survey
    fits.writeto(tmp_path / "a_mask.fits", (np.indices(image.shape).sum(axis=0) % 20 == 0).astype(np.uint8))
    options["options"]["files"].append(str(tmp_path / "a_mask.fits"))
    reason = r"a_sci.fits: all 80 fields of the data set have too many masked pixels: raise"
    with pytest.raises(ValueError, match=reason):
        import_survey(tmp_path, options)
    assert not list(tmp_path.glob("*.h5"))


def test_a_large_survey_is_imported_window_by_window(tmp_path):
    """Image and weight map of 3000 x 3000 px, 36 MB each: at no time is a quarter of one in memory."""
    side, rng = 3000, np.random.default_rng(0)
    for name in ("sci", "wht"):
        pixels = rng.normal(10, 1, (side, side)).astype(np.float32)
        fits.writeto(tmp_path / f"a_{name}.fits", pixels, fits.Header({"FILTER": "i"}))
    del pixels
    options = {"source": "survey", "options": {"files": [str(path) for path in tmp_path.glob("*.fits")]}}
    paths = {part: tmp_path / f"{part}.h5" for part in PARTS}
    large = {**OPTIONS, **options, "field_size": 128, "block_size": 256}
    tracemalloc.start()
    import_dataset(manifest="", folder="", **paths, options=built(import_dataset, large), seed=1, code="")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < side * side  # bytes


def test_an_image_without_a_usable_field_does_not_stop_others(survey, tmp_path):
    options, image = survey
    cards = fits.getheader(tmp_path / "a_sci.fits")
    fits.writeto(tmp_path / "0_sci.fits", np.where(np.indices(image.shape)[1] < 9, 1.0, np.nan), cards)
    fits.writeto(tmp_path / "0_rms.fits", np.ones(image.shape), cards)
    files = sorted(str(path) for path in tmp_path.glob("*.fits"))
    columns, _, attributes, _ = import_survey(tmp_path, {**options, "options": {"files": files}}, max_masked=0.4)
    assert set(columns["parent"]) == {1}
    assert attributes["n_left_out"] == 80
    assert len(json.loads(attributes["wcs"])) == 2
