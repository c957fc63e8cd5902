import numpy as np
import pytest

from workflow_scripts.judging.scoring import (
    average,
    calibrate,
    check_features,
    check_version,
    describe_features,
    errors_by_score,
    predict_intervals,
    score_rows,
)


def test_tiles_are_averaged_per_image():
    images, values = average(np.array([6.0, 1.0, 8.0, 2.0, 6.0]), np.array([4, 2, 4, 2, 2]))
    assert images.tolist() == [2, 4]
    assert values.tolist() == [3, 7]


def test_the_interval_holds_nine_in_ten_unseen_scores():
    rng = np.random.default_rng(0)
    held = []
    for _ in range(300):
        actual, error = rng.uniform(2, 6, 100), rng.normal(0, 0.3, 100)
        about = calibrate((actual + error)[:50], actual[:50], np.zeros(50))
        low, high, _ = predict_intervals((actual + error)[50:], np.zeros(50), about)
        held.append(np.mean((low <= actual[50:]) & (actual[50:] <= high)))
    assert np.mean(held) == pytest.approx(0.9, abs=0.015)


def test_scores_and_intervals_stay_in_range():
    about = describe_features(np.random.default_rng(0).normal(size=(100, 3)))
    scores, _ = score_rows(np.zeros((3, 3)), about, lambda scaled: np.array([-1.0, 4.0, 9.0]))
    assert scores.tolist() == [0, 4, 8]
    low, high, _ = predict_intervals(scores, np.zeros(3), {"half_width": 1.0, "support_limit": 0.0})
    assert low.tolist() == [0, 3, 7]
    assert high.tolist() == [1, 5, 8]


def test_an_image_of_another_kind_lies_outside_the_support():
    rng = np.random.default_rng(0)
    train, usual, fresh, far = (rng.normal(5, 2, (400, 10)) + shift for shift in (0, 0, 0, 12))
    about = describe_features(train)
    one, same, other = (score_rows(part, about, lambda scaled: scaled[:, 0])[1] for part in (usual, fresh, far))
    about |= calibrate(np.zeros(400), np.zeros(400), one)
    assert predict_intervals(np.zeros(400), other, about)[2].all()
    assert predict_intervals(np.zeros(400), same, about)[2].mean() < 0.04


def test_constant_features_do_not_divide_by_zero():
    about = describe_features(np.ones((20, 2)))
    scores, excess = score_rows(np.ones((3, 2)), about, lambda scaled: scaled.sum(axis=1))
    assert scores.tolist() == excess.tolist() == [0, 0, 0]


def test_errors_per_score():
    found = errors_by_score(np.array([1.0, 2.0, 6.0]), np.array([0.5, 0.5, 8.0]))
    assert found == [
        {"low": 0, "high": 1, "mae": 1.0, "bias": 1.0, "n": 2},
        {"low": 7, "high": 8, "mae": 2.0, "bias": -2.0, "n": 1},
    ]


def test_another_version_another_size_and_other_bands_are_refused():
    with pytest.raises(ValueError, match="version 1, this code reads 3"):
        check_version({}, "report.json")
    about = {"columns": "a,b", "measured_on": "128,128"}
    with pytest.raises(ValueError, match="images of 64x64 px; this scorer"):  # though its features have the same names
        check_features({"columns": "a,b", "measured_on": "64,64"}, about, "x.h5")
    with pytest.raises(
        ValueError, match="images of 100x50 px in 3 bands; this scorer was trained on images of 128x128"
    ):
        check_features({"columns": "a", "measured_on": "50,100,3"}, about, "x.h5")
    with pytest.raises(ValueError, match="not the features"):
        check_features({"columns": "b,a", "measured_on": "128,128"}, about, "x.h5")
