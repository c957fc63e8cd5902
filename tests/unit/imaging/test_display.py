import numpy as np

from workflow_scripts.imaging.display import as_pictures, display_range


def test_black_and_white_are_the_ends_and_red_comes_first():
    images = np.zeros((1, 2, 2, 3))
    images[0, 0, 0] = 10, 10, 10
    images[0, 1, 1, 0] = 10  # blue light alone
    displayed = as_pictures(images, 0, 10)
    assert displayed[0, 0, 0].tolist() == [255, 255, 255]
    assert displayed[0, 0, 1].tolist() == [0, 0, 0]
    assert displayed[0, 1, 1, :2].tolist() == [0, 0]
    assert displayed[0, 1, 1, 2] == 255


def test_faint_light_is_seen_and_order_kept():
    ramp = np.linspace(0, 1, 101)[None, None]
    displayed = as_pictures(ramp, 0, 1)[0, 0].astype(int)
    assert (np.diff(displayed) >= 0).all()
    assert displayed[1] > 5 * 255 / 100  # a hundredth of white is more than five times as bright as it would be


def test_the_range_holds_the_sky_and_leaves_the_brightest_out():
    images = np.random.default_rng(0).standard_normal((20, 32, 32))
    images[:, 16, 16] = 1000
    black, white = display_range(images)
    assert -1 < black < 0
    assert 2 < white <= 1000
