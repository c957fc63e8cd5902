from typing import get_args

import numpy as np
import pytest
from astropy.stats import gaussian_fwhm_to_sigma
from scipy.ndimage import label

from workflow_scripts.judging.damages import (
    DAMAGES,
    KINDS,
    Scene,
    combine,
    damage_by,
    divide,
)
from workflow_scripts.settings.contracts.metrics import DamageKind

LEVEL, NOISE, N_SOURCES, SIZE = 50.0, 1.0, 20, 160
PLACES = [(18 + 30 * (i % 5), 18 + 36 * (i // 5)) for i in range(N_SOURCES)]


def gaussian(x, y, sigma, flux):
    rows, columns = np.mgrid[:SIZE, :SIZE]
    return flux / (2 * np.pi * sigma**2) * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / sigma**2)


@pytest.fixture
def scene():
    rng = np.random.default_rng(0)
    light = sum(gaussian(x, y, 2.0, 3000.0) for x, y in PLACES)
    image = (LEVEL + light + rng.normal(0, NOISE, light.shape)).astype(np.float32)
    return Scene(image, label(light > 0.2)[0], NOISE, 4.0, 0.5)


def light_of(image):
    return image.sum(dtype=float) - LEVEL * image.size


def test_the_scene_is_what_it_is_meant_to_be(scene):
    assert len(scene.labels) == N_SOURCES
    assert scene.sky.std() == pytest.approx(NOISE, rel=0.05)


@pytest.mark.parametrize("name", DAMAGES)
def test_no_damage_changes_nothing_and_no_damage_touches_its_input(scene, name):
    before = scene.image.copy()
    image, strength = DAMAGES[name](scene, 0.0, np.random.default_rng(0))
    assert strength == 0
    np.testing.assert_allclose(image, before, atol=1e-5)
    DAMAGES[name](scene, 1.0, np.random.default_rng(0))
    np.testing.assert_array_equal(scene.image, before)


def test_removing_all_sources_leaves_sky_alone(scene):
    image, strength = DAMAGES["remove"](scene, 1.0, np.random.default_rng(0))
    assert strength == 1
    assert image.max() < LEVEL + 5 * NOISE
    assert image.std() == pytest.approx(NOISE, rel=0.05)


@pytest.mark.parametrize("name", ["remove", "move", "duplicate", "exchange"])
def test_the_share_that_comes_back_is_the_share_that_was_done(scene, name):
    for strength in (0.13, 0.5, 0.9):
        image, share = DAMAGES[name](scene, strength, np.random.default_rng(1))
        assert abs(share - strength) < 1 / N_SOURCES
        assert share * N_SOURCES == pytest.approx(round(share * N_SOURCES))
        expected = {"remove": 1 - share, "move": 1.0, "duplicate": 1 + share, "exchange": 1.0}[name]
        border = {"remove": 0.01, "move": 0.15, "duplicate": 0.15, "exchange": 0.01}[
            name
        ]  # light that falls over the border is lost
        assert light_of(image) / light_of(scene.image) == pytest.approx(expected, abs=border)


def test_shares_are_right_on_average(scene):
    rng = np.random.default_rng(0)
    shares = [DAMAGES["remove"](scene, 0.33, rng)[1] for _ in range(200)]
    assert np.mean(shares) == pytest.approx(0.33, abs=0.005)


def test_moving_keeps_the_number_of_sources_and_changes_their_places(scene):
    image, share = DAMAGES["move"](scene, 1.0, np.random.default_rng(3))
    bright = label(image > LEVEL + 60)[1]
    assert share == 1
    assert 15 <= bright <= N_SOURCES  # some meet, some lie on the border
    assert np.corrcoef((image > LEVEL + 60).ravel(), (scene.image > LEVEL + 60).ravel())[0, 1] < 0.3


def test_blurring_conserves_light_and_widens_a_gaussian_as_it_says():
    image = gaussian(80, 80, 2.0, 1000.0).astype(np.float32)
    blurred, strength = DAMAGES["blur"](Scene(image, (image > 1).astype(int), 0, 4.0, 0), 0.75, None)
    rows, columns = np.mgrid[:SIZE, :SIZE] - 80
    fwhm = np.sqrt(8 * np.log(2) * np.average(columns**2, weights=blurred))
    assert strength == 0.75
    assert blurred.sum() == pytest.approx(image.sum(), rel=1e-4)
    assert fwhm == pytest.approx(np.hypot(2.0 * 2.3548, 0.75 * 2 * 4.0), rel=0.01)


@pytest.mark.parametrize("strength", [0.2, 1.0])
def test_the_background_rises_by_three_deviations_times_the_strength(scene, strength):
    image, _ = DAMAGES["shift_background"](scene, strength, None)
    np.testing.assert_allclose(image - scene.image, 3 * strength * NOISE, atol=1e-4)


@pytest.mark.parametrize("strength", [0.2, 0.6])
def test_fluxes_fall_by_three_of_their_deviations_times_the_strength(scene, strength):
    lit = scene.segmentation > 0
    image, _ = DAMAGES["shift_fluxes"](scene, strength, np.random.default_rng(0))
    fall = np.log((image[lit] - LEVEL).sum() / (scene.image[lit] - LEVEL).sum())
    assert fall == pytest.approx(-3 * strength * scene.flux_spread, abs=0.02)
    np.testing.assert_array_equal(image[~lit], scene.image[~lit])


def test_dimmed_sources_are_no_holes_in_the_noise(scene):
    image, _ = DAMAGES["shift_fluxes"](
        Scene(scene.image, scene.segmentation, NOISE, 4.0, 5.0), 1.0, np.random.default_rng(0)
    )
    assert image[scene.segmentation > 0].std() == pytest.approx(NOISE, rel=0.05)


def test_strengths_combine_and_divide():
    assert combine([0.5, 0.5]) == pytest.approx(0.75)
    assert combine([]) == 0
    assert combine([0.3, 1.0]) == 1
    rng = np.random.default_rng(0)
    for n in (1, 2, 5):
        parts = divide(0.83, n, rng)
        assert len(parts) == n
        assert ((parts >= 0) & (parts <= 0.83 + 1e-12)).all()
        assert combine(parts) == pytest.approx(0.83)


def test_a_field_without_sources_can_be_damaged():
    empty = Scene(np.full((20, 20), 5.0, np.float32), np.zeros((20, 20), int), 1.0, 4.0, 0.5)
    for damage in DAMAGES.values():
        image, _ = damage(empty, 1.0, np.random.default_rng(0))
        assert image.shape == (20, 20)
        assert np.isfinite(image).all()


def test_exchanged_sources_keep_flux_place_and_shape_and_lose_their_structure():
    rng, y_x = np.random.default_rng(0), np.mgrid[:SIZE, :SIZE]
    ring = np.hypot(y_x[0] - 70, (y_x[1] - 60) / 2)
    light = np.where((ring > 4) & (ring < 8), 100.0, 0.0)  # an elliptical ring, hollow
    image = (LEVEL + light + rng.normal(0, NOISE, light.shape)).astype(np.float32)
    scene = Scene(image, (light > 0).astype(np.int32), NOISE, 4.0, 0.5)
    changed, share = DAMAGES["exchange"](scene, 1.0, rng)
    assert share == 1

    def moments(pixels):
        weight = np.where(ring < 20, pixels - LEVEL, 0)
        y, x = (np.average(axis, weights=weight) for axis in y_x)
        return weight.sum(), y, x, *(np.average((a - b) ** 2, weights=weight) for a, b in ((y_x[0], y), (y_x[1], x)))

    np.testing.assert_allclose(moments(changed), moments(image), rtol=0.05)
    assert image[70, 60] < LEVEL + 5
    assert changed[70, 60] > LEVEL + 30


def test_every_kind_that_a_metric_can_declare_is_a_damage():
    assert set(KINDS) == set(get_args(DamageKind))


def test_brightened_sources_have_so_much_more_flux_and_the_sky_none(scene):
    image = damage_by(scene, "brightened", 0.2, np.random.default_rng(0))
    assert light_of(image) == pytest.approx(1.2 * light_of(scene.image), rel=0.02)
    np.testing.assert_array_equal(image[scene.segmentation == 0], scene.sky)


def test_noise_has_so_much_more_variance(scene):
    image = damage_by(scene, "noise", 0.5, np.random.default_rng(1))
    assert image[scene.segmentation == 0].var() == pytest.approx(1.5 * scene.sky.var(), rel=0.03)


def test_blur_and_background_are_in_units_of_the_psf_and_of_the_noise(scene):
    raised = damage_by(scene, "background", 0.5, np.random.default_rng(0))
    assert (raised - scene.image).mean() == pytest.approx(0.5 * NOISE)
    point = np.zeros((65, 65), np.float32)
    point[32, 32] = 1.0
    star = Scene(point, np.zeros((65, 65), int), NOISE, 8.0, 0.5)
    blurred = damage_by(star, "blurred", 0.5, np.random.default_rng(0))
    y = np.arange(65) - 32
    assert np.sqrt(blurred.sum(axis=1) @ y**2) == pytest.approx(4.0 * gaussian_fwhm_to_sigma, rel=0.01)
