import numpy as np
import pytest

from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.blending.truth import blendedness, isolated, signal_to_noise, truth_variance


@pytest.fixture
def light():
    return np.random.default_rng(0).gamma(1.0, 10.0, (16, 16)).astype(np.float32)


def test_blendedness_is_zero_alone_and_one_half_under_a_twin(light):
    far = np.zeros((2, 16, 32), np.float32)
    far[0, :, :16], far[1, :, 16:] = light, light
    np.testing.assert_allclose(blendedness(far), 0, atol=1e-12)
    np.testing.assert_allclose(blendedness(light[None]), 0, atol=1e-12)
    np.testing.assert_allclose(blendedness(np.stack([light, light])), 0.5)


def test_a_galaxy_that_is_not_there_has_no_blendedness(light):
    found = blendedness(np.stack([light, 0 * light]))
    assert found[0] == pytest.approx(0)
    assert np.isnan(found[1])


def test_signal_to_noise_by_its_formula(light):
    variance = np.full(light.shape, 4.0)
    assert signal_to_noise(light[None], variance)[0] == pytest.approx(np.sqrt((light.astype(float) ** 2).sum()) / 2)
    assert np.isnan(signal_to_noise(0 * light[None], variance)[0])


@pytest.mark.parametrize("bands", [(), (3,)])
def test_truth_of_real_stamps_lies_in_their_masks_with_their_variance(light, bands):
    own = np.zeros((2, 16, 16), bool)
    own[:, 4:9, 3:12] = True
    images = np.broadcast_to(light.reshape(1, 16, 16, *[1] * len(bands)), (2, 16, 16, *bands))
    noise = np.array([2.0, 3.0]).reshape(2, *[1] * len(bands)) * np.ones((2, *bands))
    stamps = StampSet([(images, own.astype(int))], [1, 1], noise, "ab")
    truth, masks = isolated(stamps, [1, -1, 0], [(0, 0), (0, 0), (2, -3)])
    variance = truth_variance(stamps, [1, -1, 0], masks)
    assert truth.shape == variance.shape == (3, 16, 16, *bands)
    np.testing.assert_array_equal(masks[0], own[0])
    np.testing.assert_array_equal(masks[2], np.roll(own[0], (-3, 2), (0, 1)))
    assert not masks[1].any()
    np.testing.assert_array_equal(truth[0][own[0]], images[0][own[0]])
    assert not truth[0][~own[0]].any()
    assert np.unique(variance[0]).tolist() == [0, 9]
    assert np.unique(variance[2]).tolist() == [0, 4]
    assert not variance[1].any()
