"""Sketches of catalogues have the flux, the position and the shape of their sources."""

import numpy as np
import pytest

from workflow_scripts.scenes.exact_fluxes import scale_fluxes
from workflow_scripts.scenes.sketches import detected_catalogue, draw_sketch

SHAPE = (61, 81)


def catalogue(**columns):
    n = len(columns["x"])
    known = {"flux": 100.0, "flux_radius": 3.0, "axis_ratio": 1.0, "theta": 0.0}
    return {name: np.full(n, value) for name, value in known.items()} | {
        name: np.asarray(values, float) for name, values in columns.items()
    }


def moments(plane):
    """Return the centroid (x, y) and the second moments (xx, yy, xy) of a map."""
    y, x = np.indices(plane.shape)
    centre = [np.average(one, weights=plane) for one in (x, y)]
    dx, dy = x - centre[0], y - centre[1]
    return centre, [np.average(one, weights=plane) for one in (dx * dx, dy * dy, dx * dy)]


@pytest.mark.parametrize("place", [(40.0, 30.0), (40.3, 29.6), (39.51, 30.49)])
def test_flux_and_position_are_those_of_the_catalogue(place):
    x, y = place
    sketch = draw_sketch(catalogue(x=[x], y=[y]), SHAPE)
    assert sketch.shape == (*SHAPE, 2)
    for plane in np.moveaxis(sketch, 2, 0):
        assert plane.sum(dtype=float) == pytest.approx(100, rel=0.01)
        np.testing.assert_allclose(moments(plane)[0], place, atol=0.01)


def test_half_of_the_flux_lies_within_the_radius():
    sketch = draw_sketch(catalogue(x=[40], y=[30], flux_radius=[6.0]), SHAPE)[:, :, 0]
    y, x = np.indices(SHAPE)
    within = sketch[np.hypot(x - 40, y - 30) <= 6.0].sum()
    assert within / sketch.sum() == pytest.approx(0.5, abs=0.06)  # the flat centre makes it a little less


def test_the_shape_is_that_of_the_catalogue():
    sketch = draw_sketch(catalogue(x=[40], y=[30], axis_ratio=[0.5], theta=[30.0]), SHAPE)[:, :, 0]
    _, (xx, yy, xy) = moments(sketch)
    assert np.rad2deg(np.arctan2(2 * xy, xx - yy) / 2) == pytest.approx(30, abs=0.5)
    minor, major = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    assert np.sqrt(minor / major) == pytest.approx(0.5, abs=0.06)


def test_sources_add_and_those_outside_shine_in():
    two = catalogue(x=[40, -2], y=[30, 10], flux=[50, 400])
    one, other = ({name: values[row : row + 1] for name, values in two.items()} for row in (0, 1))
    np.testing.assert_allclose(draw_sketch(two, SHAPE), draw_sketch(one, SHAPE) + draw_sketch(other, SHAPE), rtol=1e-5)
    assert 20 < draw_sketch(other, SHAPE)[:, :, 0].sum() < 200
    far = catalogue(x=[-500, 40], y=[30, 900])
    assert not draw_sketch(far, SHAPE).any()


def test_detections_give_degrees_and_axis_ratios():
    detected = {
        "x": [1.0],
        "y": [2.0],
        "flux": [3.0],
        "flux_radius": [4.0],
        "ellipticity": [0.25],
        "theta": [45.0],
    }
    found = detected_catalogue(detected)
    assert found["axis_ratio"] == 0.75
    assert found["theta"] == pytest.approx(45)


def test_exact_fluxes_are_exact():
    sources = catalogue(x=[20, 60], y=[30, 30], flux=[100, 300])
    light = 1.3 * draw_sketch(sources, SHAPE)[:, :, 0]
    scaled = scale_fluxes(light, sources, np.array([100.0, 300.0]))
    assert scaled[:, :40].sum() == pytest.approx(100, rel=0.02)
    assert scaled[:, 40:].sum() == pytest.approx(300, rel=0.02)
    np.testing.assert_allclose(scaled * 1.3, light, rtol=0.03, atol=1e-4)


def test_exact_fluxes_of_cut_sources_are_those_inside():
    sources = catalogue(x=[0], y=[30])
    light = 0.5 * draw_sketch(sources, SHAPE)[:, :, 0]
    scaled = scale_fluxes(light, sources, np.array([100.0]))
    assert scaled.sum() == pytest.approx(2 * light.sum(), rel=1e-3)


def test_sources_without_light_are_left_alone():
    sources = catalogue(x=[20], y=[30])
    dark = np.full(SHAPE, -0.1, np.float32)
    np.testing.assert_allclose(scale_fluxes(dark, sources, np.array([100.0])), dark, rtol=1e-5)
