import numpy as np
import pytest

from workflow_scripts.features.power_spectrum import Options, extract, moving_average
from workflow_scripts.measuring.spectra import ring_power


def test_a_moving_average_by_hand():
    np.testing.assert_allclose(moving_average(np.array([[1.0, 2, 3, 4, 10]]), 3), [[2, 3, 17 / 3]])
    np.testing.assert_allclose(moving_average(np.array([[1.0, 2, 3]]), 1), [[1, 2, 3]])


def test_an_image_of_the_published_size_has_496_values():
    image = np.random.default_rng(0).integers(0, 9, (1, 1000, 1000), np.uint8)
    values, columns = extract(image, Options())
    columns = [one.name for one in columns]
    assert values.shape == (1, 496)
    assert (columns[0], columns[-1]) == ("power_0", "power_495")
    np.testing.assert_allclose(values[0, 10], ring_power(image)[0, 10:15].mean(), rtol=1e-9)


def test_white_noise_of_unit_variance_is_zero_in_log_mean_form():
    images = np.random.default_rng(0).normal(size=(100, 64, 64)).astype(np.float32)
    values, columns = extract(images, Options(form="log_mean", n_bins=6))
    columns = [one.name for one in columns]
    assert len(columns) == values.shape[1] <= 6
    mean = np.log10((10**values).mean(axis=0))
    np.testing.assert_allclose(mean, 0, atol=0.03)
    np.testing.assert_allclose(extract(10 * images, Options(form="log_mean", n_bins=6))[0], values + 2, atol=1e-5)


def test_an_empty_image_has_the_floor():
    values, _ = extract(np.zeros((1, 64, 64)), Options(form="log_mean", floor=1e-4))
    assert (values == -4).all()


def test_power_moves_to_large_scales_in_a_smooth_image():
    from scipy.ndimage import gaussian_filter

    noise = np.random.default_rng(0).normal(size=(64, 64))
    values, _ = extract(np.stack([noise, gaussian_filter(noise, 2, mode="wrap")]), Options(form="log_mean"))
    fall = values[1] - values[0]
    assert abs(fall[0]) < 0.1
    assert fall[-1] < -5


def test_corners_hold_the_rest_of_the_power():
    images = np.random.default_rng(0).normal(1000, 2, (50, 32, 32))
    values, columns = extract(images, Options(form="log_mean", corners=True))
    columns = [one.name for one in columns]
    assert columns[-1] == "log_power_corners"
    assert np.mean(10 ** values[:, -1]) == pytest.approx(4, rel=0.05)
    power = np.abs(np.fft.fft2(images)) ** 2
    k = np.fft.fftfreq(32) * 32
    outside = np.hypot(k[:, None], k).astype(int) >= 16
    np.testing.assert_allclose(10 ** values[:, -1], power[:, outside].mean(axis=1) / 32**2, rtol=1e-3)


def test_a_window_keeps_the_power_of_noise_and_takes_off_that_of_a_slope():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (200, 64, 64))
    slope = noise + np.arange(64.0)
    hann, plain = (Options(form="log_mean", window=name) for name in ("hann", "none"))
    np.testing.assert_allclose(np.log10((10 ** extract(noise, hann)[0]).mean(axis=0))[1:], 0, atol=0.04)
    assert abs(extract(slope, hann)[0][:, -1].mean()) < 0.05
    assert extract(slope, plain)[0][:, -1].mean() > 0.05
