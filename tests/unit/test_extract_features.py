import numpy as np
import pytest

from workflow_scripts.extract_features import extract_features, spread
from workflow_scripts.features import morphology
from workflow_scripts.formats.stacks import create_stack, open_stack


@pytest.fixture
def files(tmp_path):
    return {"images": str(tmp_path / "images.h5"), "features": str(tmp_path / "features.h5"), "code": "0"}


def write(path, images, **columns):
    with create_stack(path) as writer:
        writer.append(image=images, **columns)


def tiles(*extract, size=None):
    return {"extract": [list(item) for item in extract], "rows": "tiles", "tile_size": size}


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
        return np.array([[1.0, 2], [np.nan, 2], [3, 4], [5, 6]]), ["a", "b"], np.array([0, 0, 2, 2])

    monkeypatch.setattr(morphology, "extract", measured)
    extract_features(**files, options={"extract": [["morphology", {}]], "rows": "sources", "tile_size": None})
    with open_stack(files["features"]) as stack:
        np.testing.assert_array_equal(stack["value"][:], [[1, 2], [3, 4], [5, 6]])
        np.testing.assert_array_equal(stack["group"][:], [7, 8, 8])
        assert (stack.attributes["n_failed"], stack.attributes["n_images"]) == (1, 3)


def test_spread_takes_all_or_evenly():
    assert [list(one) for one in spread(np.array([2, 0, 3]), 10)] == [[0, 1], [], [0, 1, 2]]
    chosen = spread(np.full(10, 10), 20)
    assert [len(one) for one in chosen] == [2] * 10
    assert sum(len(one) for one in spread(np.array([7, 5, 30]), 11)) == 11
