import numpy as np
import pytest

from workflow_scripts.measuring.stamp_checks import central_label, fault_of, local_level, measure_own


def test_level_and_noise_of_the_background():
    rng = np.random.default_rng(0)
    image, labels = rng.normal(3, 0.5, (128, 128)), np.zeros((128, 128), int)
    image[40:90, 40:90], labels[40:90, 40:90] = 1000, 7
    image[0, :40] = 50  # a faint source that nobody found
    level, noise = local_level(image, labels)
    assert level == pytest.approx(3, abs=0.02)
    assert noise == pytest.approx(0.5, rel=0.03)
    levels, noises = local_level(np.stack([image, 2 * image], axis=-1), labels)
    np.testing.assert_allclose(levels, [level, 2 * level])
    np.testing.assert_allclose(noises, [noise, 2 * noise])


def test_clipping_does_not_lower_the_noise():
    rng = np.random.default_rng(1)
    labels = np.zeros((128, 128), int)
    found = [local_level(rng.normal(0, 2, labels.shape), labels)[1] for _ in range(40)]
    assert np.mean(found) == pytest.approx(2, rel=0.002)
    few = rng.normal(0, 2, (16, 16)).clip(-4, 4)  # nothing to clip: the plain deviation
    assert local_level(few, np.zeros((16, 16), int))[1] == few.std()


def test_a_constant_background_has_no_noise():
    assert local_level(np.full((16, 16), 4.0), np.zeros((16, 16), int)) == (4.0, 0.0)


@pytest.mark.parametrize("size", [15, 16])
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_the_label_at_the_centre(size, shift):
    labels = np.zeros((size, size), int)
    labels[size // 2 + shift, size // 2 - shift] = 1164
    labels[0, 0] = 2
    assert central_label(labels) == 1164
    assert central_label(np.zeros((size, size), int)) == 0


@pytest.mark.parametrize("size", [15, 16])
def test_the_centre_is_symmetric(size):
    labels = np.arange(1, size * size + 1).reshape(size, size)
    mirrored = labels[::-1, ::-1]
    held = [value for value in labels.flat if not fault_of(labels * 0.0, labels, value, 1.0).startswith("no object")]
    other = [value for value in labels.flat if not fault_of(labels * 0.0, mirrored, value, 1.0).startswith("no object")]
    assert held == other
    assert len(held) == (5 if size % 2 else 6) ** 2


def test_faults_are_named():
    image, labels = np.zeros((16, 16)), np.zeros((16, 16), int)
    labels[6:10, 6:10] = 3
    assert fault_of(image, labels, 3, 2.0) == ""
    assert "centre" in fault_of(image, labels, 4, 2.0)
    assert "centre" in fault_of(image, labels, 0, 2.0)
    assert "radius" in fault_of(image, labels, 3, np.nan)
    assert "background" in fault_of(image, labels + (labels == 0), 3, 2.0)
    image[0, 0] = np.inf
    assert "NaN" in fault_of(image, labels, 3, 2.0)


@pytest.mark.parametrize(
    ("a", "b", "theta"), [(4.0, 4.0, 0.0), (5.0, 2.0, 0.0), (5.0, 2.0, 1.1), (5.0, 2.0, np.pi / 2)]
)
def test_flux_and_centre_of_a_gaussian(a, b, theta):
    """A Kron ellipse holds nearly all of a Gaussian; a bright neighbour stays out."""
    y, x = np.mgrid[:96, :96] - 48.0
    u, v = (x - 0.3) * np.cos(theta) + y * np.sin(theta), y * np.cos(theta) - (x - 0.3) * np.sin(theta)
    light = np.exp(-((u / a) ** 2 + (v / b) ** 2) / 2) / (2 * np.pi * a * b) * 500
    labels = np.where(light > light.max() / 50, 1164, 0).astype(np.int32)
    labels[5:15, 70:80] = 300
    image = light + np.where(labels == 300, 1e4, 0)
    measured = measure_own(image, labels, 1164, noise=0.01)
    assert measured["flux"] == pytest.approx(500, rel=0.03)
    assert measured["x"] == pytest.approx(48.3, abs=0.05)
    assert measured["y"] == pytest.approx(48.0, abs=0.05)
    own = labels == 1164
    assert measured["snr"] == pytest.approx(np.sqrt((image[own] ** 2).sum()) / 0.01)


def test_a_source_of_one_pixel():
    image, labels = np.zeros((16, 16)), np.zeros((16, 16), np.int32)
    image[8, 8], labels[8, 8] = 5.0, 1
    measured = measure_own(image, labels, 1, noise=0.0)
    assert measured["flux"] == pytest.approx(5)
    assert np.isnan(measured["snr"])
