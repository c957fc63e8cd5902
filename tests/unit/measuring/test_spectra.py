import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from workflow_scripts.measuring.spectra import ring_counts, ring_power


def direct(image):
    """Return the ring sums by the definition: the full transform, and int(hypot) of every frequency."""
    side = len(image)
    k = np.fft.fftfreq(side, 1 / side)
    ring = np.hypot(k[:, None], k).astype(int)
    power = np.abs(np.fft.fft2(image.astype(float))) ** 2
    return np.bincount(ring.ravel(), power.ravel())[: side // 2]


@pytest.mark.parametrize("side", [4, 5, 16, 31, 64, 100, 127, 250])
def test_it_is_the_direct_sum(side):
    images = np.random.default_rng(side).normal(3, 1, (2, side, side)).astype(np.float32)
    for image, power in zip(images, ring_power(images), strict=True):
        np.testing.assert_allclose(power, direct(image), rtol=1e-6)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float64])
def test_it_takes_every_type_of_pixel(kind):
    image = np.random.default_rng(0).integers(0, 200, (64, 64)).astype(kind)
    np.testing.assert_allclose(ring_power(image[None])[0], direct(image), rtol=1e-6)


def test_a_high_level_costs_no_digits():
    image = gaussian_filter(np.random.default_rng(0).normal(size=(128, 128)), 1) + 1e5
    np.testing.assert_allclose(ring_power(image[None])[0], direct(image), rtol=1e-6)


@pytest.mark.parametrize("side", [64, 63])
def test_white_noise_is_flat_at_its_variance(side):
    images = np.random.default_rng(0).normal(0, 2.5, (200, side, side)).astype(np.float32)
    mean = ring_power(images).mean(axis=0) / ring_counts(side) / side**2
    error = np.sqrt(2 / 200 / ring_counts(side))  # of the mean over 200 images; modes come in pairs
    np.testing.assert_array_less(np.abs(mean[1:] / 2.5**2 - 1), 5 * error[1:] + 1e-3)


@pytest.mark.parametrize("side", [32, 33])
def test_parseval(side):
    """A band-limited image has all of its power on the rings: their sum is N² times the sum of squares."""
    image = np.random.default_rng(0).normal(size=(side, side))
    k = np.fft.fftfreq(side, 1 / side)
    image = np.fft.ifft2(np.fft.fft2(image) * (np.hypot(k[:, None], k) < side // 2)).real + 2
    assert ring_power(image[None].astype(np.float32)).sum() == pytest.approx(side**2 * (image**2).sum(), rel=1e-6)


@pytest.mark.parametrize(("kx", "ky"), [(3, 0), (0, 5), (3, 4), (2, -7), (15, 0)])
def test_a_sinusoid_lies_on_its_ring(kx, ky):
    side = 32
    rows, columns = np.mgrid[:side, :side]
    image = np.cos(2 * np.pi * (kx * columns + ky * rows) / side).astype(np.float32)
    power = ring_power(image[None])[0]
    ring = int(np.hypot(kx, ky))
    assert power[ring] == pytest.approx(side**4 / 2, rel=1e-6)
    assert np.delete(power, ring).max() < 1e-9 * side**4


def test_counts_are_those_of_the_full_plane():
    for side in (16, 17):
        k = np.fft.fftfreq(side, 1 / side)
        ring = np.hypot(k[:, None], k).astype(int).ravel()
        np.testing.assert_array_equal(ring_counts(side), np.bincount(ring)[: side // 2])


def test_one_image_does_not_touch_the_next():
    images = np.random.default_rng(0).normal(size=(3, 20, 20)).astype(np.float32)
    before = images.copy()
    together = ring_power(images)
    np.testing.assert_array_equal(together, np.concatenate([ring_power(image[None]) for image in images]))
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("shape", [(2, 8, 9), (8, 8), (1, 3, 3), (1, 8, 8, 3)])
def test_images_that_are_not_square_are_refused(shape):
    with pytest.raises(ValueError, match="square images"):
        ring_power(np.zeros(shape, np.float32))
