"""Images of sources: their flux, position and shape; fluxes measured with the PSF."""

from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.injection.rendering import Renderer, inside, psf_flux, with_poisson_noise
from workflow_scripts.surveys.psf import GaussianPsf

POINT = {"x": 20.3, "y": 15.7, "flux": 500.0, "half_light_radius": 0.0, "axis_ratio": 1.0, "theta": 0.0}
SHAPE = (48, 60)


def drawn(**changes):
    """Return the light of a source in an image, and its moments: flux, x, y, Qxx, Qyy, Qxy."""
    stamp, corner = Renderer(GaussianPsf(3.0)).draw({**POINT, **changes})
    image = np.zeros(SHAPE)
    window, part = inside(stamp, corner, SHAPE)
    image[window] += part
    y, x = np.indices(SHAPE)
    flux = image.sum()
    x0, y0 = (image * x).sum() / flux, (image * y).sum() / flux
    second = [(image * a * b).sum() / flux for a, b in ((x - x0, x - x0), (y - y0, y - y0), (x - x0, y - y0))]
    return image, (flux, x0, y0, *second)


def test_a_point_source_is_the_psf_at_its_place():
    _, (flux, x, y, *second) = drawn()
    assert (flux, x, y) == pytest.approx((500, 20.3, 15.7), rel=1e-3)
    assert second[:2] == pytest.approx([(3 / 2.3548) ** 2] * 2, rel=0.03)


def test_a_disc_has_its_flux_half_light_radius_and_angle():
    disc = {"x": 30.0, "y": 24.0, "half_light_radius": 3.0}
    image, (flux, *_) = drawn(**disc)
    assert flux == pytest.approx(500, rel=0.01)
    y, x = np.indices(SHAPE)
    inner = image[np.hypot(x - 30, y - 24) <= np.hypot(3, 1.0)].sum()
    assert inner / flux == pytest.approx(0.5, abs=0.05)
    _, (*_, qxx, qyy, qxy) = drawn(**disc, axis_ratio=0.4, theta=90.0)
    assert qyy > 2 * qxx
    assert qxy == pytest.approx(0, abs=1e-2)
    assert drawn(**disc, axis_ratio=0.4, theta=45.0)[1][-1] > 0, "from x towards y"


def test_light_beyond_the_image_is_cut():
    image, (flux, *_) = drawn(x=-0.4, y=47.4)
    assert 0.2 * 500 < flux < 0.45 * 500
    window, part = inside(np.ones((3, 3)), (90, 90), SHAPE)
    assert part.size == 0


def test_poisson_noise_has_the_variance_of_the_electrons():
    light = np.full((200, 200), 5.0)
    noisy = with_poisson_noise(light, 4.0, np.random.default_rng(0))
    assert (noisy.mean(), noisy.var()) == pytest.approx((5, 5 / 4), rel=0.02)
    assert with_poisson_noise(np.array([-1.0]), 4.0, np.random.default_rng(0)) == [-1]


def test_the_flux_of_a_known_psf_is_exact_and_masked_pixels_do_not_count():
    image, _ = drawn()
    masked = np.zeros(SHAPE, bool)
    exposure = SimpleNamespace(pixels=image + 7, masked=masked)
    stamp, corner = Renderer(GaussianPsf(3.0)).draw({**POINT, "flux": 1.0})
    noise, level = np.full(SHAPE, 2.0), np.full(SHAPE, 7.0)
    flux, error = psf_flux(exposure, noise, level, stamp, corner)
    assert flux == pytest.approx(500, rel=1e-6)
    assert error == pytest.approx(2 / np.sqrt((stamp**2).sum()), rel=1e-6)
    masked[:, 20], exposure.pixels[:, 20] = True, 0
    again, larger = psf_flux(exposure, noise, level, stamp, corner)
    assert again == pytest.approx(500, rel=1e-6)
    assert larger > error
