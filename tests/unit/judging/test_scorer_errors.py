import numpy as np
import pytest

from workflow_scripts.judging.scorer_errors import mean_error


def test_the_error_and_what_a_constant_guess_would_have():
    predicted, actual = np.array([1.0, 2.0, 4.0, 8.0]), np.array([1.0, 1.0, 6.0, 7.0])
    error = mean_error(predicted, actual, np.arange(4), np.random.default_rng(0), 200)
    assert error["mae"] == 1.0
    assert error["mae_constant"] == pytest.approx(np.mean([2.5, 2.5, 2.5, 3.5]))
    assert (error["n_test"], error["n_blocks"]) == (4, 4)
    assert error["mae_low"] <= 1.0 <= error["mae_high"]


def test_the_interval_counts_fields_and_not_images():
    """Forty copies of an image are one field: ten fields have a wide interval, however many images they hold."""
    rng = np.random.default_rng(0)
    field_error = rng.exponential(1.0, 10)
    apart = mean_error(field_error, np.zeros(10), np.arange(10), np.random.default_rng(1), 2000)
    copies = mean_error(
        np.repeat(field_error, 40), np.zeros(400), np.repeat(np.arange(10), 40), np.random.default_rng(1), 2000
    )
    wrong = mean_error(np.repeat(field_error, 40), np.zeros(400), np.arange(400), np.random.default_rng(1), 2000)
    assert copies == pytest.approx({**apart, "n_test": 400})
    assert wrong["mae_high"] - wrong["mae_low"] < 0.3 * (copies["mae_high"] - copies["mae_low"])


def test_the_interval_covers():
    """The 95 % interval of the mean of 30 exponential errors covers the true mean in most of 200 trials."""
    covered = 0
    for trial in range(200):
        rng = np.random.default_rng(trial)
        error = mean_error(rng.exponential(1.0, 30), np.zeros(30), np.arange(30), rng, 300)
        covered += error["mae_low"] <= 1.0 <= error["mae_high"]
    assert 0.87 * 200 <= covered <= 199  # a percentile interval of a skew mean is a little short
