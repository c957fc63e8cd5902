import numpy as np
import pytest

from workflow_scripts.blending.masks import draw_masks, n_channels
from workflow_scripts.blending.stamps import StampSet


def draw(method, own, members=None, shifts=None):
    """Return one kind of mask of the blend of all galaxies where they are, or of those given."""
    n = len(own)
    galaxies = StampSet([(own, own.astype(int))], np.ones(n, int), np.ones(n), range(n))
    members = np.arange(n)[None] if members is None else np.array(members)
    shifts = np.zeros((*members.shape, 2)) if shifts is None else np.array(shifts, float)
    out = np.zeros((len(members), *own.shape[1:], n_channels(method, members.shape[1])), np.uint8)
    draw_masks(method, galaxies, members, shifts, out)
    return out


@pytest.fixture
def own():
    """Two masks with an overlap of 4 x 6 pixels."""
    masks = np.zeros((2, 24, 24), bool)
    masks[0, 4:14, 4:14] = True
    masks[1, 10:20, 8:18] = True
    return masks


def test_masks_are_what_their_names_say(own):
    gg, ogg, bogg = (draw(f"{name}_masks", own)[0] for name in ("gg", "ogg", "bogg"))
    overlap = own[0] & own[1]
    assert overlap.sum() == 24
    np.testing.assert_array_equal(gg, np.moveaxis(own, 0, -1))
    np.testing.assert_array_equal(ogg[..., 0], overlap)
    np.testing.assert_array_equal(ogg[..., 1:], gg)
    np.testing.assert_array_equal(bogg[..., 0], ~own.any(0))
    np.testing.assert_array_equal(bogg[..., 1], overlap)
    np.testing.assert_array_equal(bogg[..., 2], own[0] & ~own[1])
    np.testing.assert_array_equal(bogg[..., 3], own[1] & ~own[0])


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
def test_masks_of_any_number_of_galaxies(n):
    own = np.random.default_rng(n).random((n, 13, 17)) < 0.3
    count = own.sum(axis=0)
    bogg, ogg = draw("bogg_masks", own)[0], draw("ogg_masks", own)[0]
    assert (bogg.sum(axis=-1) == 1).all()
    np.testing.assert_array_equal(bogg[..., 1], count > 1)
    np.testing.assert_array_equal(ogg[..., 0], count > 1)
    for g in range(n):
        np.testing.assert_array_equal(bogg[..., 2 + g], own[g] & (count == 1))
        np.testing.assert_array_equal(ogg[..., 1 + g], own[g])


def test_shifted_and_missing_galaxies(own):
    gg = draw("gg_masks", own, [[0, 1], [1, -1]], [[[0, 0], [2.4, -3]], [[0, 0], [0, 0]]])
    np.testing.assert_array_equal(gg[0, ..., 1], np.roll(own[1], (-3, 2), (0, 1)))
    np.testing.assert_array_equal(gg[1, ..., 0], own[1])
    assert not gg[1, ..., 1].any()
