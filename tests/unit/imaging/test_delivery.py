"""Quantisation and limits of the data, measured and applied."""

import numpy as np
import pytest

from workflow_scripts.imaging.delivery import Delivery, deliver, measure_delivery


def levels(rng, shape=(128, 128)):
    return np.clip(rng.normal(12, 6, shape), 0, None)


@pytest.mark.parametrize(("step", "bands"), [(1.0, 1), (1 / 3, 3), (1 / 4, 4)])
def test_the_lattice_of_band_means_is_found(step, bands):
    rng = np.random.default_rng(0)
    image = np.mean([np.rint(levels(rng)) for _ in range(bands)], axis=0, dtype=np.float32)
    found = measure_delivery([image])
    assert found.step == pytest.approx(step, rel=1e-3)
    assert (found.low, found.high) == (image.min(), image.max())
    np.testing.assert_allclose(deliver(image, found), image, atol=1e-4)


@pytest.mark.parametrize("factor", [1e-20, 1.0, 1e20])
def test_the_step_scales_with_the_unit(factor):
    image = np.rint(levels(np.random.default_rng(0))) * factor
    assert measure_delivery([image]).step == pytest.approx(factor)


def test_continuous_pixels_have_no_step_and_keep_their_values():
    image = np.random.default_rng(0).normal(size=(128, 128)).astype(np.float32)
    found = measure_delivery([image])
    assert found == Delivery()
    np.testing.assert_array_equal(deliver(image, found), image)


def test_a_saturated_image_is_clipped_again():
    image = np.minimum(np.random.default_rng(0).exponential(100.0, (128, 128)), 250).astype(np.float32)
    found = measure_delivery([image])
    assert (found.low, found.high) == (-np.inf, 250)
    assert deliver(image + 100, found).max() == 250
    assert measure_delivery(np.split(image, 4)) == found
