import numpy as np
import pytest

from workflow_scripts.measuring.background_mesh import BackgroundMesh, measure_cells

BOX = 32


def mesh_of(image, masked):
    strips = [np.s_[row : row + BOX] for row in range(0, image.shape[0], BOX)]
    levels, noises = zip(*(measure_cells(image[one], masked[one], BOX) for one in strips), strict=True)
    return BackgroundMesh(BOX, np.stack(levels), np.stack(noises))


@pytest.fixture
def sky():
    """Return a sky of two bands with a gradient, noise of 2 and 6, and a hole larger than a cell."""
    rng, x = np.random.default_rng(0), np.arange(200)
    level = np.stack([100 + 0.05 * x, 20 - 0.02 * x], axis=-1) * np.ones((160, 1, 1))
    masked = np.zeros(level.shape, bool)
    masked[32:100, 64:130] = True
    image = level + rng.normal(size=level.shape) * [2, 6]
    return np.where(masked, np.nan, image), masked, level


def test_level_and_noise_of_a_sky_with_a_hole(sky):
    image, masked, level = sky
    mesh = mesh_of(image, masked)
    found, noise = mesh.at((0, 0), level.shape[:2])
    np.testing.assert_allclose(found[~masked].reshape(-1, 2), level[~masked].reshape(-1, 2), atol=1.5)
    np.testing.assert_allclose(np.median(noise, axis=(0, 1)), [2, 6], rtol=0.05)
    np.testing.assert_allclose(mesh.typical_noise, [2, 6], rtol=0.05)


def test_a_window_sees_what_the_image_sees(sky):
    mesh = mesh_of(*sky[:2])
    whole, part = mesh.at((0, 0), (160, 200)), mesh.at((50, 40), (60, 70))
    for one, other in zip(whole, part, strict=True):
        np.testing.assert_allclose(one[40:100, 50:120], other, rtol=1e-12)


@pytest.mark.parametrize("unit", [2.0**-66, 2.0**66])
def test_the_unit_of_the_pixels_is_arbitrary(sky, unit):
    image, masked, _ = sky
    one, other = mesh_of(image, masked), mesh_of(image * unit, masked)
    np.testing.assert_allclose(other.levels, one.levels * unit, rtol=1e-5)
    np.testing.assert_allclose(other.noises, one.noises * unit, rtol=1e-5)


def test_an_image_of_one_cell_or_without_data():
    image = np.random.default_rng(0).normal(50, 1, (20, 25, 1))
    level, noise = mesh_of(image, np.zeros(image.shape, bool)).at((0, 0), (20, 25))
    assert level == pytest.approx(50, abs=0.3)
    assert noise == pytest.approx(1, abs=0.2)
    level, _ = mesh_of(image, np.ones(image.shape, bool)).at((0, 0), (20, 25))
    assert not level.any()


def test_the_noise_between_cells_is_not_below_that_of_all_cells():
    """A cubic spline overshoots beside a step from 100 to 1."""
    noises = np.ones((6, 6, 1))
    noises[:, :3] = 100
    mesh = BackgroundMesh(BOX, np.zeros_like(noises), noises)
    assert mesh.at((0, 0), (192, 192))[1].min() >= 1


def test_a_cell_of_equal_pixels_is_not_measured(sky):
    image, masked, _ = sky
    image[:BOX, :BOX] = 7
    mesh = mesh_of(image, masked)
    assert np.isnan(mesh.levels[0, 0]).all()
    assert np.isnan(mesh.noises[0, 0]).all()
    np.testing.assert_allclose(np.median(mesh.at((0, 0), (BOX, BOX))[1], axis=(0, 1)), [2, 6], rtol=0.2)
