"""Sources made as frequent as detection needs to find as many as in the data."""

import numpy as np

from workflow_scripts.measuring.abundance import calibrate_rates


def test_what_detection_loses_is_made_up_for():
    """Of the small ones a half is found; the large ones are left as they are."""
    rng = np.random.default_rng(0)
    size = rng.permutation(np.repeat([10.0, 11.0, 30.0, 31.0], 100))
    kept = np.where(size <= 20, 0.5, 1.0)

    def detected(rate, number):
        return np.repeat(size, np.random.default_rng(number).poisson(100 * rate * kept)), 100.0

    rate = calibrate_rates(np.ones(400), size, size, detected, n_bins=2, rounds=3)
    np.testing.assert_allclose(rate * kept, 1, rtol=0.02)


def test_no_round_changes_nothing():
    rate = calibrate_rates(np.ones(3), np.arange(3.0), np.arange(3.0), None, n_bins=2, rounds=0)
    np.testing.assert_array_equal(rate, 1)
