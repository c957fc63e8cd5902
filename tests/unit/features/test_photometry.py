import numpy as np
import pytest

from workflow_scripts.features.photometry import COLUMNS, Options, count, extract

DETECTION = {
    "threshold_sigma": 5,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}


def field(fluxes):
    """Return Gaussians of sigma 2 px on noise of 1."""
    image, grid = np.random.default_rng(0).normal(size=(128, 128)), np.mgrid[:128, :128]
    for number, flux in enumerate(fluxes):
        y, x = 20 + 40 * (number // 3), 20 + 40 * (number % 3)
        image += flux / (8 * np.pi) * np.exp(-((grid[0] - y) ** 2 + (grid[1] - x) ** 2) / 8)
    return image


def test_fluxes_and_radii_of_known_sources():
    images, options = np.array([field([3e3, 1e4, 3e4]), field([]), field([1e4])]), Options(detection=DETECTION)
    assert count(images, options).tolist() == [3, 0, 1]
    values, columns, owner = extract(images, options, [np.array([0, 2]), np.array([], int), np.array([0])])
    columns = [one.name for one in columns]
    assert columns == [one.name for one in COLUMNS]
    assert owner.tolist() == [0, 0, 2]
    assert sorted(values[:, 0]) == pytest.approx(np.log10([3e3, 1e4, 3e4]), abs=0.05)
    assert values[:, 1] == pytest.approx(2 * np.sqrt(2 * np.log(2)), rel=0.1)  # half of a Gaussian's light
    assert (values[:, 2] < 0.1).all()


def test_no_source_at_all():
    values, _, owner = extract(np.zeros((2, 64, 64)), Options(detection=DETECTION), [np.array([], int)] * 2)
    assert values.shape == (0, 3)
    assert len(owner) == 0
