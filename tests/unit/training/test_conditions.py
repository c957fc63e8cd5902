import json

import numpy as np
import pytest

from workflow_scripts.training.conditions import angle_columns, apply_conditions, fit_conditions, n_conditions

COLUMNS = {
    "size_class": np.array([1, 3, 2, 3]),
    "flux": np.array([1.0, 10.0, 100.0, 1000.0]),
    "theta": np.array([0.0, 45.0, 90.0, 180.0]),
    "axis_ratio": np.array([0.2, 0.4, 0.6, 0.8]),
}


def test_every_kind_of_column():
    described = fit_conditions(COLUMNS, {})
    assert json.loads(json.dumps(described)) == described
    assert n_conditions(described) == 3 + 1 + 2 + 1
    assert angle_columns(described) == [4]
    encoded = apply_conditions(COLUMNS, described)
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded[:, :3], [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(encoded[:, 3], (np.arange(4) - 1.5) / np.std(np.arange(4)), rtol=1e-6)  # logarithms
    np.testing.assert_allclose(encoded[:, 4:6], [[1, 0], [0, 1], [-1, 0], [1, 0]], atol=1e-7)
    np.testing.assert_allclose(encoded[:, 6].mean(), 0, atol=1e-7)
    assert described[1]["low"] == 1
    assert described[1]["high"] == 1000


def test_classes_by_name():
    described = fit_conditions({"class": np.array([0, 2])}, {"class": ["spiral", "elliptical", "merger"]})
    by_name = apply_conditions({"class": np.array(["merger", "spiral"])}, described)
    np.testing.assert_array_equal(by_name, apply_conditions({"class": np.array([2, 0])}, described))
    with pytest.raises(ValueError, match="condition class: no class 'spirall'; known: spiral, elliptical, merger"):
        apply_conditions({"class": np.array(["spirall"])}, described)


def test_bad_conditions():
    described = fit_conditions(COLUMNS, {})
    with pytest.raises(ValueError, match="condition size_class: no class 4; known: 1, 2, 3"):
        apply_conditions({**COLUMNS, "size_class": np.array([4, 1, 1, 1])}, described)
    with pytest.raises(ValueError, match="no column flux, theta, axis_ratio"):
        apply_conditions({"size_class": np.array([1])}, described)
    with pytest.raises(ValueError, match="condition flux: 1 values are NaN or infinite"):
        fit_conditions({"flux": np.array([1.0, np.nan])}, {})


def test_maps_are_planes_in_an_asinh_stretch():
    maps = np.random.default_rng(0).normal(0, 9, (3, 5, 7, 2))
    described = fit_conditions({"sketch": maps}, {}, 4.0)
    assert described == [{"name": "sketch", "kind": "map", "planes": 2, "softening": 4.0}]
    assert n_conditions(described) == 2
    encoded = apply_conditions({"sketch": maps}, described)
    assert encoded.dtype == np.float32
    assert encoded.shape == (3, 2, 5, 7)
    np.testing.assert_allclose(4 * np.sinh(encoded[1, 1]), maps[1, :, :, 1], rtol=1e-5)
    assert fit_conditions({"sketch": maps}, {})[0]["softening"] == np.abs(maps).max() / 100
