import numpy as np
import pytest

from workflow_scripts.measuring.background import background_pixels, brightness_histogram, draw_background


def test_only_pixels_far_from_every_source_are_taken():
    segmentation = np.zeros((15, 15), int)
    segmentation[7, 7] = 3
    assert len(background_pixels(np.zeros((15, 15)), segmentation, 0)) == 224
    assert len(background_pixels(np.zeros((15, 15)), segmentation, 2)) == 225 - 13  # a diamond of radius 2


@pytest.mark.parametrize("values", ["normal", "skew"])
def test_drawn_pixels_have_the_mean_and_variance_of_the_data(values):
    rng = np.random.default_rng(0)
    pixels = rng.normal(12, 3, 200_000) if values == "normal" else rng.gamma(2.0, 3.0, 200_000)
    kept = pixels[pixels <= np.percentile(pixels, 99.9)]  # the tail beyond is left out
    drawn = draw_background((400, 400), brightness_histogram(pixels, 256), rng)
    assert drawn.dtype == np.float32
    assert drawn.mean() == pytest.approx(kept.mean(), abs=4 * kept.std() / 400)
    assert drawn.std() == pytest.approx(kept.std(), rel=0.01)


def test_the_density_sums_to_one_and_rounding_gives_grey_levels():
    rng = np.random.default_rng(0)
    pixels = rng.choice([0.0, 1.0, 2.0], 10_000, p=[0.8, 0.15, 0.05])
    histogram = brightness_histogram(pixels, 3)
    assert histogram.probability.sum() == pytest.approx(1)
    np.testing.assert_allclose(histogram.probability, [0.8, 0.15, 0.05], atol=0.02)
    drawn = draw_background((200, 200), histogram, rng, round_to=1.0)
    assert set(np.unique(drawn)) <= {0.0, 1.0, 2.0}


def test_one_value_is_a_density_too():
    histogram = brightness_histogram(np.full(100, 5.0), 4)
    assert histogram.probability.sum() == 1
    drawn = draw_background((10, 10), histogram, np.random.default_rng(0))
    assert ((drawn >= 5) & (drawn <= 6)).all()
