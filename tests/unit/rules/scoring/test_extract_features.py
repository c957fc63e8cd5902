from dataclasses import replace

import numpy as np
import pytest

from workflow_scripts.features import morphology
from workflow_scripts.formats.stacks import create_stack, open_stack
from workflow_scripts.rules.scoring.extract_features import evenly_spaced, extract_features
from workflow_scripts.settings.contracts.features import Column
from workflow_scripts.settings.scoring import ExtractFeatures


@pytest.fixture
def files(tmp_path):
    return {"images": str(tmp_path / "images.h5"), "features": str(tmp_path / "features.h5"), "code": "0"}


def write(path, images, **columns):
    with create_stack(path) as writer:
        writer.append(image=images, **columns)


def tiles(*extract, size=None):
    return ExtractFeatures([list(item) for item in extract], "tiles", size, skip_broken=False)


def test_bands_are_measured_one_by_one(files):
    images = np.random.default_rng(0).normal(100, 20, (3, 32, 32, 2)).astype(np.float32)
    write(files["images"], images)
    extract_features(**files, options=tiles(("intensity_histogram", {"bins": 4}), size=16))
    with open_stack(files["features"]) as stack:
        assert stack["value"].shape == (12, 8)
        assert stack.attributes["columns"].split(",")[3:5] == ["grey_3_band0", "grey_0_band1"]
        assert stack.attributes["shape"] == "32,32,2"
        second = np.histogram(images[0, :16, :16, 1], [-1e9, 64, 128, 192, 1e9])[0]
        np.testing.assert_array_equal(stack["value"][0, 4:], second)


def test_an_image_with_nan_is_named(files):
    images = np.random.default_rng(0).normal(100, 20, (3, 32, 32)).astype(np.float32)
    images[1, 3, 4] = np.nan
    write(files["images"], images)
    with pytest.raises(ValueError, match="image 1 has pixels that are NaN"):
        extract_features(**files, options=tiles(("intensity_histogram", {"form": "quantiles"})))


def test_failed_sources_are_left_out_and_counted(files, monkeypatch):
    write(files["images"], np.zeros((3, 8, 8), np.float32), field=np.array([7, 8, 8]))
    monkeypatch.setattr(morphology, "count", lambda images, options: np.array([2, 0, 2]))

    def measured(images, options, chosen):
        assert [list(one) for one in chosen] == [[0, 1], [], [0, 1]]
        return (
            np.array([[1.0, 2], [np.nan, 2], [3, 4], [5, 6]]),
            [Column("a", "A"), Column("b", "B", log=True)],
            np.array([0, 0, 2, 2]),
        )

    monkeypatch.setattr(morphology, "extract", measured)
    extract_features(**files, options=ExtractFeatures([["morphology", {}]], "sources", None, skip_broken=False))
    with open_stack(files["features"]) as stack:
        np.testing.assert_array_equal(stack["value"][:], [[1, 2], [3, 4], [5, 6]])
        np.testing.assert_array_equal(stack["group"][:], [7, 8, 8])
        assert (stack.attributes["n_failed"], stack.attributes["n_images"]) == (1, 3)


def test_spread_takes_all_or_evenly():
    assert [list(one) for one in evenly_spaced(np.array([2, 0, 3]), 10)] == [[0, 1], [], [0, 1, 2]]
    chosen = evenly_spaced(np.full(10, 10), 20)
    assert [len(one) for one in chosen] == [2] * 10
    assert sum(len(one) for one in evenly_spaced(np.array([7, 5, 30]), 11)) == 11


def test_files_are_measured_as_a_stack_is_and_keep_their_names(files, tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (5, 20, 20), np.uint8)
    paths = [str(tmp_path / f"n{k}.npy") for k in range(5)]
    for path, image in zip(paths, images, strict=True):
        np.save(path, image)
    write(files["images"], images)
    options = tiles(("intensity_histogram", {"bins": 8}))
    extract_features(**files, options=options)
    with open_stack(files["features"]) as stack:
        expected = stack["value"][:]
    np.save(paths[3], images[3, :9])
    extract_features(**{**files, "images": paths}, options=replace(options, skip_broken=True))
    with open_stack(files["features"]) as stack:
        np.testing.assert_array_equal(stack["value"][:], expected[[0, 1, 2, 4]])
        assert stack["name"][:].tolist() == [b"n0", b"n1", b"n2", b"n4"]
        assert stack.attributes["n_skipped"] == 1
        assert "n3.npy: 20x9 px; the others have 20x20 px" in stack.attributes["skipped"]


def test_constant_images_have_features(files):
    write(files["images"], np.full((3, 64, 64), 7, np.float32))
    names = (
        "intensity_histogram",
        "power_spectrum",
        "hog",
        "local_binary_pattern",
        "spectrum_row",
        "source_statistics",
    )
    extract_features(**files, options=tiles(*((name, {}) for name in names)))
    with open_stack(files["features"]) as stack:
        assert np.isfinite(stack["value"][:]).all()
