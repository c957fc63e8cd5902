import numpy as np
import pytest

from workflow_scripts.measuring.detection import detect
from workflow_scripts.measuring.islands import detect_above


def field():
    image = np.full((60, 80), 2.0)
    image[10, 10], image[11, 11] = 40, 30  # joined by a corner
    image[40, 50:55] = [9, 20, 30, 20, 9]
    image[5, 70] = 6  # no more than 5 above the background
    return image


def test_corners_join_and_the_brightest_pixel_is_the_centre():
    sources, segmentation = detect_above(field(), None, threshold=5, min_area=1)
    assert sources["npix"].tolist() == [2, 5]
    assert list(zip(sources["x"], sources["y"], strict=True)) == [(10, 10), (52, 40)]
    assert sources["flux"].tolist() == [38 + 28, 7 + 18 + 28 + 18 + 7]
    assert sources["peak"].tolist() == [38, 28]
    assert (segmentation > 0).sum() == 7
    assert segmentation[11, 11] == 1


def test_small_ones_are_left_out_and_labels_stay_rows():
    sources, segmentation = detect_above(field(), None, threshold=5, min_area=3)
    assert sources["npix"].tolist() == [5]
    assert np.unique(segmentation).tolist() == [0, 1]


def test_no_source_is_an_empty_catalogue():
    sources, segmentation = detect_above(np.zeros((20, 20)), None, threshold=5, min_area=1)
    assert len(sources["x"]) == 0
    assert not segmentation.any()


def test_shape_of_a_known_ellipse():
    y, x = np.mgrid[:101, :101] - 50.0
    theta = np.deg2rad(30)
    along, across = x * np.cos(theta) + y * np.sin(theta), y * np.cos(theta) - x * np.sin(theta)
    image = 1e6 * np.exp(-(along**2 / (2 * 8**2) + across**2 / (2 * 4**2)))
    sources, _ = detect_above(image, None, threshold=1, min_area=1)
    assert sources["ellipticity"][0] == pytest.approx(0.5, abs=0.01)
    assert sources["theta"][0] == pytest.approx(30, abs=0.5)
    round_one = 1e6 * np.exp(-(x**2 + y**2) / (2 * 6**2))
    radius = detect_above(round_one, None, threshold=1, min_area=1)[0]["flux_radius"][0]
    assert radius == pytest.approx(6 * np.sqrt(2 * np.log(2)), abs=0.3)


def test_detect_offers_it_and_stays_where_there_is_data():
    covered = np.ones((60, 80), bool)
    covered[:, :30] = False
    rest = {"threshold_sigma": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005, "background_box": 64}
    sources, _ = detect(field(), covered, method="threshold", threshold=5, min_area=1, **rest)
    assert sources["x"].tolist() == [52]
    by_sep, _ = detect(field(), None, min_area=1, **rest)
    assert set(sources) == set(by_sep)
