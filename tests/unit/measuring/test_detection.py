import numpy as np
import pytest

from workflow_scripts.measuring.detection import detect, find

OPTIONS = {
    "threshold_sigma": 3,
    "min_area": 5,
    "deblend_thresholds": 32,
    "deblend_contrast": 0.005,
    "background_box": 64,
}
SIZE = 192


def gaussian(x, y, sigma, flux, axis_ratio=1.0, theta=0.0, size=SIZE):
    """Return the image of an elliptical Gaussian; sigma is that of the major axis."""
    rows, columns = np.mgrid[:size, :size]
    u = (columns - x) * np.cos(theta) + (rows - y) * np.sin(theta)
    v = (rows - y) * np.cos(theta) - (columns - x) * np.sin(theta)
    peak = flux / (2 * np.pi * sigma**2 * axis_ratio)
    return peak * np.exp(-0.5 * (u**2 + (v / axis_ratio) ** 2) / sigma**2)


def noisy(*sources, sigma=1.0, level=100.0):
    return np.random.default_rng(1).normal(level, sigma, (SIZE, SIZE)) + sum(sources)


@pytest.mark.parametrize("sigma", [2.0, 3.0, 4.5])
def test_a_gaussian_is_measured_as_what_it_is(sigma):
    sources, segmentation = detect(noisy(gaussian(80.3, 100.7, sigma, 2e4)), **OPTIONS)
    assert len(sources["x"]) == 1
    assert np.hypot(sources["x"][0] - 80.3, sources["y"][0] - 100.7) < 0.05
    assert sources["flux"][0] == pytest.approx(2e4, rel=0.03)
    assert sources["flux_radius"][0] == pytest.approx(1.1774 * sigma, rel=0.03)
    assert sources["ellipticity"][0] < 0.05
    assert sources["peak"][0] == pytest.approx(2e4 / (2 * np.pi * sigma**2), rel=0.05)
    assert sources["background"][0] == pytest.approx(100, abs=0.5)
    assert sources["noise"][0] == pytest.approx(1, rel=0.05)
    assert (segmentation == 1).sum() == sources["npix"][0]


@pytest.mark.parametrize("theta", [-1.2, -0.4, 0.0, 0.6, 1.3])
def test_an_ellipse_has_its_axes_and_angle(theta):
    sources, _ = detect(noisy(gaussian(90.0, 100.0, 5.0, 5e4, 0.5, theta)), **OPTIONS)
    assert sources["ellipticity"][0] == pytest.approx(0.5, abs=0.03)
    assert np.sin(np.deg2rad(sources["theta"][0]) - theta) == pytest.approx(0, abs=0.02)
    assert sources["flux"][0] == pytest.approx(5e4, rel=0.03)


def test_a_bright_neighbour_does_not_change_a_source():
    alone, _ = detect(noisy(gaussian(104.0, 90.0, 3.0, 4e3)), **OPTIONS)
    beside, _ = detect(noisy(gaussian(90.0, 90.0, 3.0, 2e4), gaussian(104.0, 90.0, 3.0, 4e3)), **OPTIONS)
    faint = np.argmin(beside["peak"])
    assert len(beside["x"]) == 2
    assert beside["flux"][faint] == pytest.approx(alone["flux"][0], rel=0.05)
    assert beside["flux_radius"][faint] == pytest.approx(alone["flux_radius"][0], rel=0.05)


def test_nothing_is_found_where_there_is_no_data():
    image = noisy(gaussian(50.0, 50.0, 3.0, 2e4), gaussian(150.0, 150.0, 3.0, 2e4))
    covered = np.ones(image.shape, bool)
    covered[100:] = False
    image[100:] = 0
    sources, segmentation = detect(image, covered, **OPTIONS)
    assert len(sources["x"]) == 1
    assert not segmentation[~covered].any()


def test_an_empty_and_a_constant_sky_have_no_sources():
    sources, segmentation = detect(np.full((SIZE, SIZE), 7.0), **OPTIONS)
    assert len(sources["x"]) == 0
    assert all(len(column) == 0 for column in sources.values())
    assert not segmentation.any()


def test_a_sky_without_noise_is_counted_in_thousandths_of_its_peak():
    image = np.zeros((SIZE, SIZE))
    image[50:54, 60:64] = 40
    sources, segmentation = detect(image, **OPTIONS)
    assert (sources["x"], sources["y"]) == (pytest.approx([61.5]), pytest.approx([51.5]))
    assert sources["peak"].tolist() == [40]
    assert sources["flux"][0] == pytest.approx(16 * 40, rel=1e-5)
    assert segmentation[50:54, 60:64].all()
    assert (segmentation > 0).sum() <= 36  # SEP's filter of 3x3 px adds a border of one


def test_the_number_of_false_detections_is_small():
    sources, _ = detect(noisy(), **{**OPTIONS, "threshold_sigma": 5})
    assert len(sources["x"]) == 0


def test_a_source_that_stands_upright():
    """SEP gives it an angle of float32(pi / 2), which is more than pi / 2, and then refuses that."""
    image = np.random.default_rng(0).normal(0, 0.01, (50, 50)).astype(np.float32)
    image[20:28, 25] = 5
    sources, _ = detect(image, **OPTIONS)
    assert len(sources["x"]) == 1
    assert abs(sources["theta"][0]) == pytest.approx(90, abs=0.05)


def test_a_crowded_field_is_one_group_of_thousands_of_sources():
    """More than SEP's own limit of 1024 in a group, and every pixel of the image in it."""
    rows, columns = np.mgrid[:256, :256]
    image = 10 + 400 * (np.cos(np.pi * columns / 3) * np.cos(np.pi * rows / 3)) ** 2
    options = {"threshold_sigma": 3, "min_area": 1, "deblend_thresholds": 32, "deblend_contrast": 0}
    sources, segmentation = find(image.astype(np.float32), 1.0, None, 0 * image, **options)
    assert len(sources["x"]) == 86**2
    assert (segmentation > 0).all()
