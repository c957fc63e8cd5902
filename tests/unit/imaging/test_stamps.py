import numpy as np
import pytest

from workflow_scripts.imaging.stamps import cut, frame, inside, own_masks, stamp_corners


def test_the_source_lies_at_the_middle_pixel():
    image = np.arange(400).reshape(20, 20)
    x0, y0 = stamp_corners(np.array([9.6, 7.2]), np.array([5.4, 12.0]), 6)
    stamps = cut(image, x0, y0, 6)
    assert stamps[:, 3, 3].tolist() == [image[5, 10], image[12, 7]]
    np.testing.assert_array_equal(stamps[0], image[2:8, 7:13])


def test_inside_agrees_with_looking_at_every_pixel():
    rng = np.random.default_rng(0)
    covered = rng.random((25, 30)) > 0.03
    x0, y0 = rng.integers(-5, 32, 500), rng.integers(-5, 27, 500)
    expected = [
        x >= 0 and y >= 0 and x + 4 <= 30 and y + 4 <= 25 and covered[y : y + 4, x : x + 4].all()
        for x, y in zip(x0, y0, strict=True)
    ]
    assert 0 < sum(expected) < 500
    np.testing.assert_array_equal(inside(x0, y0, 4, covered), expected)


def test_a_mask_grows_into_the_background_but_never_into_a_neighbour():
    segmentation = np.zeros((1, 11, 11), int)
    segmentation[0, 5, 3:6] = 1164
    segmentation[0, 5, 6:8] = 2
    (bare,) = own_masks(segmentation, np.array([1164]), 0)
    (grown,) = own_masks(segmentation, np.array([1164]), 2)
    assert bare.sum() == 3
    assert grown[3, 4]
    assert grown[5, 1]
    assert not grown[segmentation[0] == 2].any()
    assert not grown[2].any()


def test_each_stamp_has_its_own_mask():
    segmentation = np.zeros((2, 9, 9), int)
    segmentation[0, 2, 2] = segmentation[1, 6, 6] = 5
    segmentation[1, 2, 2] = 4
    masks = own_masks(segmentation, np.array([5, 4]), 1)
    assert masks.sum(axis=(1, 2)).tolist() == [9, 9]
    assert masks[0, 2, 2]
    assert masks[1, 2, 2]
    assert not masks[1, 6, 6]


@pytest.mark.parametrize(("side", "size"), [(4, 8), (5, 8), (8, 5), (9, 4), (5, 5), (1, 6)])
def test_the_central_pixel_stays_central(side, size):
    image = np.zeros((side, side + 2))
    image[side // 2, side // 2 + 1] = 1
    stamp, covered = frame(image, size)
    assert np.argwhere(stamp).tolist() == [[size // 2, size // 2]]
    assert covered.sum() == min(side, size) * min(side + 2, size)
