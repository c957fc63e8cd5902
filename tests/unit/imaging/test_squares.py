"""Squares of pictures, and means over areas."""

import numpy as np
import pytest

from workflow_scripts.imaging.squares import area_mean, square_corners


def test_the_centre_or_all_squares_of_the_longer_side():
    assert square_corners((20, 65), "centre") == [(22, 0)]
    assert square_corners((20, 65), "squares") == [(2, 0), (22, 0), (42, 0)]
    assert square_corners((45, 20), "squares") == [(0, 2), (0, 22)]
    assert square_corners((20, 20), "squares") == square_corners((20, 20), "centre") == [(0, 0)]


def test_pixels_are_means_over_areas_with_fractions_of_pixels():
    assert area_mean(np.array([[0, 3, 6]] * 3), 2)[0] == pytest.approx([1, 5])  # (0 + 3 / 2) / 1.5, (3 / 2 + 6) / 1.5
    blocks = np.arange(36.0).reshape(6, 6)
    np.testing.assert_allclose(area_mean(blocks, 3), blocks.reshape(3, 2, 3, 2).mean(axis=(1, 3)), rtol=1e-6)


@pytest.mark.parametrize("size", [16, 31, 37])
def test_the_mean_is_kept_and_bands_are_apart(size):
    image = np.random.default_rng(0).normal(size=(37, 37, 3))
    small = area_mean(image, size)
    assert small.shape == (size, size, 3)
    assert small.dtype == np.float32
    np.testing.assert_allclose(small.mean(axis=(0, 1)), image.mean(axis=(0, 1)), atol=1e-6)
    np.testing.assert_array_equal(small[..., 1], area_mean(image[..., 1], size))
    if size == 37:
        np.testing.assert_allclose(small, image, atol=1e-6)
