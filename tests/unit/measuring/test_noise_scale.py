import numpy as np
import pytest

from workflow_scripts.measuring.noise_scale import noise_scale


@pytest.mark.parametrize("unit", [1.0, 1e-20, 1e20])
def test_the_variance_of_an_exposure_map(unit):
    """Noise of a known variance that the exposure time divides, on a sky of another level, with sources and holes."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:256, :256]
    windows = []
    for k in range(4):
        time = np.where(x < 128, 100.0, 400.0) * (1 + k)
        image = 50 + rng.normal(size=x.shape) * np.sqrt(900 / time)
        for sy, sx in rng.integers(10, 246, (30, 2)):
            image += 30 * np.exp(-((y - sy) ** 2 + (x - sx) ** 2) / 8)
        image[:, 100:103], time[:5] = np.nan, 0
        windows.append((image * unit, time))
    assert noise_scale(windows) == pytest.approx(900 * unit**2, rel=0.03)


def test_windows_without_pixels_are_left_out():
    empty = np.ones((64, 64)), np.zeros((64, 64))
    assert np.isnan(noise_scale([empty]))
    full = np.random.default_rng(0).normal(size=(128, 128)), np.ones((128, 128))
    assert noise_scale([empty, full]) == pytest.approx(1, rel=0.05)
