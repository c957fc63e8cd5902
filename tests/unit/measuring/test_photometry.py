import numpy as np
import pytest

from workflow_scripts.measuring.photometry import flux_to_magnitude, magnitude_error, magnitude_to_flux


def test_magnitude_to_flux_and_back():
    magnitude = np.linspace(15, 30, 50)
    np.testing.assert_allclose(flux_to_magnitude(magnitude_to_flux(magnitude, 25.96), 25.96), magnitude, rtol=1e-13)


def test_known_fluxes():
    assert magnitude_to_flux(25.96, 25.96) == 1
    assert magnitude_to_flux(20.96, 25.96) == pytest.approx(100)
    assert magnitude_to_flux(25.5 + 2.5, 25.5) == pytest.approx(0.1)


def test_the_error_of_a_magnitude_is_that_of_its_flux():
    flux = 1000 + np.random.default_rng(0).normal(0, 20, 100_000)
    assert flux_to_magnitude(flux, 0).std() == pytest.approx(magnitude_error(50), rel=0.02)
