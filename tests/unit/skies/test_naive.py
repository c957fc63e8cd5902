import numpy as np
import pytest

from workflow_scripts.scenes.scene import Scene
from workflow_scripts.skies.naive import Options, compose, draw_discs, occurrence


def test_the_area_and_flux_of_a_disc():
    image, flux = draw_discs((100, 120), np.array([50.3]), np.array([40.8]), np.array([12.0]), 9.0)
    assert flux[0] == image.sum()
    assert flux[0] / 9 == pytest.approx(np.pi * 144, rel=0.02)
    assert set(np.unique(image)) == {0, 9}
    rows, columns = np.nonzero(image)
    assert (columns.mean(), rows.mean()) == (pytest.approx(50.3, abs=0.1), pytest.approx(40.8, abs=0.1))


def test_a_disc_on_the_border_has_the_light_that_is_inside():
    image, flux = draw_discs((100, 100), np.array([0.0]), np.array([50.0]), np.array([10.0]), 1.0)
    assert flux[0] == image.sum()
    assert flux[0] == pytest.approx(np.pi * 50 + 10, rel=0.03)  # half a disc and half a row of pixels


def test_the_probability_of_a_tile_is_the_share_of_fields_in_which_it_holds_a_source():
    sources = {
        "field": np.array([0, 0, 1, 2, 2, 3]),
        "x": np.array([1.0, 2.0, 9.9, 10.1, 24.9, -0.4]),
        "y": np.array([5.0, 6.0, 0.0, 0.0, 24.0, 3.0]),
    }
    probability = occurrence(sources, (25, 25), 4, 10)
    assert probability.shape == (3, 3)
    assert probability[0].tolist() == [0.75, 0.25, 0]  # two sources of one field in one tile count once
    assert probability[2, 2] == 0.25
    assert probability.sum() == 1.25


def test_skies_have_the_probabilities_they_were_made_from():
    rng = np.random.default_rng(0)
    n_fields, shape = 200, (45, 64)
    n = rng.poisson(6, n_fields)
    sources = {
        "field": np.repeat(np.arange(n_fields), n),
        "x": rng.beta(2, 5, n.sum()) * 63,
        "y": rng.uniform(0, 44, n.sum()),
        "npix": rng.integers(5, 40, n.sum()),
    }
    scene, parts = Scene(shape, n_training_fields=n_fields, brightest=200.0), {"sources": sources}
    expected = occurrence(sources, shape, n_fields, 10)
    truths = [truth for _, truth in compose(2000, rng, scene, parts, Options())]
    drawn = {name: np.concatenate([truth[name] for truth in truths]) for name in ("x", "y")}
    drawn["field"] = np.repeat(np.arange(2000), [len(truth["x"]) for truth in truths])
    found = occurrence(drawn, shape, 2000, 10)
    np.testing.assert_allclose(found, expected, atol=5 * np.sqrt(0.25 / 2000))
    assert (np.sum(drawn["x"] == 63), np.sum(drawn["y"] == 44)) == (0, 0)  # nothing is heaped up on the border
    assert drawn["x"].max() <= 63
    assert drawn["y"].max() <= 44


def test_the_truth_says_what_is_in_the_image():
    sources = {"field": [0], "x": [32.0], "y": [32.0], "npix": [81]}
    scene, parts = Scene((64, 64), brightest=200.0), {"sources": sources}
    ((image, truth),) = compose(1, np.random.default_rng(0), scene, parts, Options())
    assert truth["flux"].tolist() == [image.sum()]
    assert truth["radius_disc"][0] == pytest.approx(np.sqrt(81 / np.pi))
    rows, columns = np.nonzero(image)
    radius = np.hypot(rows - truth["y"][0], columns - truth["x"][0])
    assert np.median(radius) == pytest.approx(truth["flux_radius"][0], rel=0.1)
    ((white, _),) = compose(1, np.random.default_rng(0), scene, parts, Options(white=7.0))
    assert white.max() == 7
