import numpy as np
import pytest

from workflow_scripts.features.power_spectrum import Options, extract, moving_average
from workflow_scripts.imaging.spectra import ring_power


def test_a_moving_average_by_hand():
    np.testing.assert_allclose(moving_average(np.array([[1.0, 2, 3, 4, 10]]), 3), [[2, 3, 17 / 3]])
    np.testing.assert_allclose(moving_average(np.array([[1.0, 2, 3]]), 1), [[1, 2, 3]])


def test_an_image_of_the_published_size_has_496_values():
    image = np.random.default_rng(0).integers(0, 9, (1, 1000, 1000), np.uint8)
    values, columns = extract(image, Options())
    assert values.shape == (1, 496)
    assert (columns[0], columns[-1]) == ("power_0", "power_495")
    np.testing.assert_allclose(values[0, 10], ring_power(image)[0, 10:15].mean(), rtol=1e-9)


def test_white_noise_of_unit_variance_is_zero_in_log_mean_form():
    images = np.random.default_rng(0).normal(size=(100, 64, 64)).astype(np.float32)
    values, columns = extract(images, Options(form="log_mean", n_bins=6))
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


@pytest.mark.parametrize("wrong", [{"form": "log"}, {"smooth": 0}, {"n_bins": 1}, {"floor": 0.0}])
def test_wrong_options(wrong):
    with pytest.raises(ValueError, match=r"form|smooth"):
        Options(**wrong)
