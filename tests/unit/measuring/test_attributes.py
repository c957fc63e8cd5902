"""Attributes measured on galaxies whose size, flux and shape are known."""

import galsim
import numpy as np
import pytest

from workflow_scripts.measuring.attributes import estimate_noise, measure_attributes
from workflow_scripts.measuring.profiles import concentration_of


def drawn(*, radius=5.0, ratio=0.5, theta=30.0, flux=900.0, index=1.0, size=48, fwhm=2.5):
    profile = galsim.Sersic(index, half_light_radius=radius, flux=flux).transform(1, 0, 0, ratio) / ratio
    turned = profile.rotate(theta * galsim.degrees)
    seen = galsim.Convolve(turned, galsim.Gaussian(fwhm=fwhm))
    return seen.drawImage(nx=size, ny=size, scale=1.0).array.astype(float)


@pytest.mark.parametrize(("radius", "ratio", "index"), [(3, 1.0, 1), (6, 0.2, 1), (5, 0.6, 2), (4, 0.5, 3)])
def test_known_galaxies_are_recovered(radius, ratio, index):
    image = drawn(radius=radius, ratio=ratio, index=index)
    found = measure_attributes((image + 1e-4)[None], 2.5, noise=np.array([0.05]))
    assert found["half_light_radius"][0] == pytest.approx(radius, rel=0.04)
    assert found["flux"][0] == pytest.approx(900, rel=0.03)
    assert found["axis_ratio"][0] == pytest.approx(ratio, abs=0.03)
    if ratio < 1:
        assert found["theta"][0] == pytest.approx(30, abs=1)


def test_noise_widens_but_does_not_shift():
    rng = np.random.default_rng(1)
    image = drawn(size=32)
    sigma = np.sqrt((image**2).sum()) / 20
    found = measure_attributes(image + sigma * rng.standard_normal((40, 32, 32)), 2.5)
    for name, truth in (("half_light_radius", 5.0), ("flux", 900.0), ("axis_ratio", 0.5)):
        assert abs(np.median(found[name]) / truth - 1) < 0.12, name
    assert np.std(found["half_light_radius"]) < 1


def test_galaxies_that_a_stamp_cuts_off_are_not_extrapolated_without_bound():
    """A disc with a bulge is no Sersic profile: its index says more light outside than there is."""
    rng = np.random.default_rng(3)
    image = 0.9 * drawn(radius=11.5, ratio=0.6, size=32) + 0.1 * drawn(radius=3.5, ratio=0.6, size=32)
    sigma = np.sqrt((image**2).sum()) / 30
    found = measure_attributes(image + sigma * rng.standard_normal((40, 32, 32)), 2.5)["half_light_radius"]
    assert abs(np.median(found) / 10.6 - 1) < 0.1
    assert np.std(found) < 1.1
    assert found.max() < 14


def test_a_turned_image_has_a_turned_angle():
    image = drawn(theta=20)
    turned = measure_attributes(np.stack([image, np.rot90(image)]), 2.5, noise=0.1)
    assert abs((turned["theta"][0] - turned["theta"][1] + 180) % 180 - 90) < 0.5


def test_concentration_orders_profiles():
    images = np.stack([drawn(index=index) for index in (1, 2, 3)])
    concentration = measure_attributes(images, 2.5, noise=0.05)["concentration"]
    assert (np.diff(concentration) > 0.2).all()


def test_noise_of_a_plane_is_found_under_a_galaxy():
    rng = np.random.default_rng(2)
    assert estimate_noise((drawn() + 2 * rng.standard_normal((48, 48)))[None])[0] == pytest.approx(2, rel=0.08)


def test_pixels_that_are_not_finite_are_refused():
    images = np.zeros((2, 16, 16))
    images[1, 3, 3] = np.nan
    with pytest.raises(ValueError, match="image 1 has pixels"):
        measure_attributes(images)


def test_no_images_are_no_galaxies():
    assert len(measure_attributes(np.zeros((0, 16, 16)))["flux"]) == 0


def test_concentration_between_tabulated_profiles_is_found():
    indices = np.array([1.3, 1.6, 2.4])
    images = np.stack([drawn(index=index, ratio=0.8) for index in indices])
    found = measure_attributes(images, 2.5, noise=0.05)["concentration"]
    assert np.allclose(found, concentration_of(indices), atol=0.15)
