"""Comparison of separate images with true ones, on images whose answer is known."""

import numpy as np
import pytest
from gaussian_blends import WIDTH, gaussian

from workflow_scripts.measuring.separation import (
    Aperture,
    colour_difference,
    overlap_of_masks,
    peak_signal_to_noise,
    relative,
    similarity,
)

DISC = gaussian(24.0, 24.0)


def test_overlap_of_masks():
    one, other = np.zeros((2, 4, 4), bool)
    assert np.isnan(overlap_of_masks(one, other))
    one[:2], other[1:3] = True, True
    assert overlap_of_masks(one, other) == pytest.approx(1 / 3)
    assert overlap_of_masks(one, one) == 1


def test_colour_difference_is_that_of_the_first_and_the_last_band():
    assert colour_difference([2.0, 9.0, 1.0], [1.0, 5.0, 1.0]) == pytest.approx(-2.5 * np.log10(2))
    assert colour_difference([2.0, 4.0], [1.0, 2.0]) == pytest.approx(0)
    assert np.isnan(colour_difference([2.0], [1.0]))
    assert np.isnan(colour_difference([-2.0, 1.0], [1.0, 1.0]))


def test_relative_differences_need_a_positive_flux():
    assert relative(12.0, 10.0) == pytest.approx(0.2)
    assert np.isnan(relative(1.0, 0.0))


def test_flux_and_error_of_an_aperture():
    """A Gaussian has 1 - exp(-r^2 / 2 s^2) of its light within r; the noise of an aperture is that of its area."""
    aperture = Aperture(24.0, 24.0, 4.0)
    flux, error = aperture.flux(DISC, np.full_like(DISC, 9.0))
    assert flux == pytest.approx(5000 * (1 - np.exp(-(4.0**2) / (2 * WIDTH**2))), rel=0.01)
    assert error == pytest.approx(3 * np.sqrt(np.pi) * 4, rel=0.01)


@pytest.mark.parametrize("unit", [1e-25, 1e25])
def test_the_unit_of_the_pixels_does_not_matter(unit):
    aperture, small = Aperture(24.0, 24.0, 4.0), DISC.astype(float) * unit
    flux, error = aperture.flux(small, np.full_like(small, unit**2))
    assert (flux / unit, error / unit) == pytest.approx(aperture.flux(DISC, np.ones_like(DISC)), rel=1e-5)
    assert similarity(small, small / 2) == pytest.approx(similarity(DISC, DISC / 2), rel=1e-3)


def test_ellipticity_of_a_weighted_gaussian():
    """A weight of the width w turns variances a and b into 1 / (1 / a + 1 / w^2)."""
    y, x = np.mgrid[:48, :48] - 24.0
    light = np.exp(-(x**2) / (2 * 9) - y**2 / (2 * 4))
    a, b = 1 / (1 / 9 + 1 / 16), 1 / (1 / 4 + 1 / 16)
    aperture = Aperture(24.0, 24.0, 4.0)
    assert aperture.ellipticity(light) == pytest.approx([(a - b) / (a + b), 0], abs=1e-3)
    assert aperture.ellipticity(light.T) == pytest.approx([-(a - b) / (a + b), 0], abs=1e-3)
    assert np.isnan(aperture.ellipticity(-light)).all()


def test_reconstruction_of_a_known_error():
    peak = DISC.max()
    assert peak_signal_to_noise(DISC, DISC + peak / 100) == pytest.approx(40, abs=0.01)
    assert np.isnan(peak_signal_to_noise(DISC, DISC))
    assert similarity(DISC, DISC) == pytest.approx(1)
    assert similarity(DISC, np.zeros_like(DISC)) < similarity(DISC, DISC / 2) < 0.99
    assert np.isnan(similarity(np.zeros_like(DISC), DISC))
