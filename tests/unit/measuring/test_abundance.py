"""Sources made as frequent as detection needs to find as many as in the data."""

import numpy as np

from workflow_scripts.measuring.abundance import corrected_rates, find_inside


def test_what_detection_loses_is_made_up_for():
    """Of the small ones a half is found; the large ones are left as they are."""
    rng = np.random.default_rng(0)
    size = rng.permutation(np.repeat([10.0, 11.0, 30.0, 31.0], 100))
    kept, rate = np.where(size <= 20, 0.5, 1.0), np.ones(400)
    for number in range(3):
        found = np.repeat(size, np.random.default_rng(number).poisson(100 * rate * kept))
        rate = corrected_rates(rate, size, size, found, 100.0, n_bins=2)
    np.testing.assert_allclose(rate * kept, 1, rtol=0.02)


def test_sources_in_the_margin_are_not_counted():
    image = np.random.default_rng(0).normal(0, 1, (96, 96))
    for x, y in ((48, 40), (8, 40), (70, 60)):
        image[y - 2 : y + 3, x - 2 : x + 3] += 100
    detection = {"threshold_sigma": 5, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}
    sizes, positions = find_inside(image, (64, 64), {**detection, "background_box": 96})
    assert len(sizes) == 2
    np.testing.assert_allclose(positions[np.argsort(positions[:, 0])], [[32, 24], [54, 44]], atol=0.1)
