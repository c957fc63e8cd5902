import numpy as np
import pytest
from astropy.modeling.models import Sersic2D

from workflow_scripts.features import morphology
from workflow_scripts.features.morphology import COLUMNS, Options, count, extract

DETECTION = {
    "threshold_sigma": 3,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 160,
}
OPTIONS = Options(detection=DETECTION)


def scene(n=1.0, radius=6.0, ellipticity=0.4, amplitude=200.0, side=160):
    y, x = np.mgrid[:side, :side].astype(float)
    light = Sersic2D(amplitude, radius, n, side / 2, side / 2, ellipticity, 0.5)(x, y)
    return light + np.random.default_rng(0).normal(10, 1, light.shape)


def test_a_profile_gives_its_parameters_back():
    values, columns, owner = extract(scene()[None], OPTIONS, [np.array([0])])
    columns = [one.name for one in columns]
    row = dict(zip(columns, values[0], strict=True))
    assert columns == [one.name for one in COLUMNS]
    assert row["sersic_n"] == pytest.approx(1, abs=0.05)
    assert row["axis_ratio"] == pytest.approx(0.6, abs=0.05)
    assert row["half_light_radius"] == pytest.approx(6, rel=0.1)
    assert abs(row["asymmetry"]) < 0.05
    assert list(owner) == [0]


def test_the_steeper_profile_is_more_concentrated():
    images = np.stack([scene(1.0), scene(2.0, radius=8.0, amplitude=60.0)])
    (disc, bulge), columns, _ = extract(images, OPTIONS, [np.array([0])] * 2)
    columns = [one.name for one in columns]
    for name in ("concentration", "sersic_n", "gini"):
        assert bulge[columns.index(name)] > disc[columns.index(name)], name


def test_points_faint_sources_and_those_at_the_border_are_not_measured():
    y, x = np.mgrid[:160, :160]
    point = 500 * np.exp(-((x - 80) ** 2 + (y - 80) ** 2) / (2 * 1.06**2))
    border = np.roll(scene(), 80, axis=1)
    images = np.stack([point, 0 * point, border])
    images[:2] += np.random.default_rng(0).normal(10, 1, images[:2].shape)
    assert list(count(images, OPTIONS)) == [0, 0, 0]
    assert list(count(scene()[None], OPTIONS)) == [1]
    assert list(count(scene()[None], Options(detection=DETECTION, min_snr_pixel=1000.0))) == [0]
    values, _, owner = extract(images, OPTIONS, [np.empty(0, int)] * 3)
    assert values.shape == (0, 8)
    assert len(owner) == 0


def test_a_failure_is_a_row_of_nan(monkeypatch):
    def fail(*_, **__):
        raise AssertionError("no such segment")

    monkeypatch.setattr(morphology, "Shape", fail)
    values, _, owner = extract(scene()[None], OPTIONS, [np.array([0])])
    assert np.isnan(values).all()
    assert list(owner) == [0]
