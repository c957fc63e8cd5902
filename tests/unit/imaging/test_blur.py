import numpy as np
import pytest

from workflow_scripts.imaging.blur import convolve_gaussian, gaussian_kernel


@pytest.mark.parametrize("sigma", [0.0, 0.05, 0.2, 0.5, 1.0, 5.0])
def test_the_variance_of_a_blur_is_right_below_a_pixel_too(sigma):
    kernel = gaussian_kernel(sigma)
    offset = np.arange(len(kernel)) - len(kernel) // 2
    assert kernel.sum() == pytest.approx(1)
    assert kernel @ offset**2 == pytest.approx(sigma**2, rel=1e-3)


def test_white_noise_loses_the_variance_that_its_power_says():
    """exp(-sigma² (4 - 2 cos k_x - 2 cos k_y)), averaged over all wave numbers."""
    noise = np.random.default_rng(0).normal(size=(400, 400))
    k = np.linspace(0, np.pi, 401)
    kept = np.exp(-2 * 0.2**2 * (1 - np.cos(k))).mean() ** 2
    assert convolve_gaussian(noise, 0.2).var() / noise.var() == pytest.approx(kept, rel=0.01)
