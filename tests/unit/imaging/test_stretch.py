import numpy as np
import pytest

from workflow_scripts.imaging.stretch import apply_stretch, fit_stretch, invert_stretch


@pytest.mark.parametrize("kind", ["linear", "asinh", "asinh_noise", "none"])
def test_a_stretch_and_its_inverse(kind):
    images = np.random.default_rng(0).gamma(0.3, 500, (20, 8, 8)).astype(np.float32) - 3
    stretch = fit_stretch(images, kind)
    stretched = apply_stretch(images, stretch)
    assert stretched.dtype == np.float32
    if kind in ("linear", "asinh"):
        assert stretched.min() == pytest.approx(-1, abs=1e-6)
    if kind != "none":
        assert np.abs(stretched).max() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(invert_stretch(stretched, stretch), images, rtol=2e-6, atol=2e-3)


def test_asinh_lifts_faint_values():
    images = np.array([0.0, 1.0, 100.0])
    linear, asinh = (apply_stretch(images, fit_stretch(images, kind))[1] for kind in ("linear", "asinh"))
    assert linear == pytest.approx(-0.98)
    assert asinh == pytest.approx(2 * np.arcsinh(1.0) / np.arcsinh(100.0) - 1)


def test_a_single_value_is_nothing_to_learn():
    with pytest.raises(ValueError, match="cannot be used for training"):
        fit_stretch(np.full(10, 3.0), "linear")


def test_noise_about_the_sky_stays_symmetric():
    images = 5 + np.random.default_rng(0).standard_normal((40, 16, 16))
    images[:, 8, 8] = 500
    stretched = apply_stretch(images, fit_stretch(images, "asinh_noise"))
    sky = stretched[images < 100].astype(float)
    assert abs(sky.mean()) < 0.02 * sky.std()
    assert abs(((sky - sky.mean()) ** 3).mean()) < 0.05 * sky.std() ** 3


def test_light_is_stretched_and_its_weight_is_not():
    rng = np.random.default_rng(0)
    planes = np.stack([rng.normal(0, 300, (4, 9, 9)), rng.uniform(0, 1, (4, 9, 9))], axis=1)
    stretch = fit_stretch(planes, "light_and_weight", 5.0)
    stretched = apply_stretch(planes, stretch)
    np.testing.assert_allclose(stretched[:, 0], np.arcsinh(planes[:, 0] / 5), rtol=1e-6)
    np.testing.assert_allclose(stretched[:, 1], planes[:, 1], rtol=1e-6)
    np.testing.assert_allclose(invert_stretch(stretched, stretch), planes, rtol=1e-5)
