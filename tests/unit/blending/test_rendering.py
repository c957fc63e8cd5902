from types import SimpleNamespace

import numpy as np
import pytest

from workflow_scripts.blending.rendering import (
    bogg_masks,
    gg_masks,
    ogg_masks,
    place_all,
    place_members,
    render,
    shift_whole,
    variance_maps,
)


@pytest.fixture
def own():
    """Two masks with an overlap of 4 x 6 pixels."""
    masks = np.zeros((2, 24, 24), bool)
    masks[0, 4:14, 4:14] = True
    masks[1, 10:20, 8:18] = True
    return masks


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-5, 7)])
def test_a_shift_moves_every_pixel_and_back_again(shift):
    image = np.zeros((20, 30))
    image[8:12, 10:15] = np.random.default_rng(0).normal(size=(4, 5))
    moved = shift_whole(image, *shift)
    x, y = shift
    np.testing.assert_array_equal(moved[8 + y : 12 + y, 10 + x : 15 + x], image[8:12, 10:15])
    np.testing.assert_array_equal(shift_whole(moved, -x, -y), image)


@pytest.mark.parametrize("shift", [(30, 0), (-31, 0), (0, 20), (5, -200)])
def test_a_shift_out_of_the_image_leaves_nothing(shift):
    assert not shift_whole(np.ones((20, 30)), *shift).any()


def test_the_flux_of_a_blend_is_the_sum_of_its_parts(own):
    images = np.random.default_rng(0).gamma(1.0, 100.0, own.shape)
    members, placed = place_members(images, own, [[0, 0], [3, -4]])
    blend, variance = render(members, placed, np.zeros(2), "uniform", np.random.default_rng(1))
    assert blend.sum(dtype=float) == pytest.approx(images[own].sum(), rel=1e-6)
    assert not variance.any()


def test_outside_its_mask_a_stamp_adds_nothing(own):
    members, placed = place_members(np.ones(own.shape), own, [[0, 0], [2, 1]])
    np.testing.assert_array_equal(members > 0, placed)
    np.testing.assert_array_equal(placed[1], shift_whole(own[1], 2, 1))


@pytest.mark.parametrize("kind", ["uniform", "natural"])
def test_the_noise_that_is_there_is_the_variance_that_is_stated(own, kind):
    """Stamps of pure noise, blended 4000 times: the measured variance is the variance map, everywhere."""
    noise, rng = np.array([1.0, 1.6]), np.random.default_rng(0)
    total, n = np.zeros(own.shape[1:]), 4000
    for _ in range(n):
        stamps = noise[:, None, None] * rng.standard_normal(own.shape)
        members, placed = place_members(stamps, own, [[0, 0], [0, 0]])
        blend, variance = render(members, placed, noise, kind, rng)
        total += blend.astype(float) ** 2
    regions = {"background": ~own.any(0), "one": own[0] & ~own[1], "two": own[1] & ~own[0], "overlap": own.all(0)}
    for name, region in regions.items():
        error = 5 * np.sqrt(2 / (n * region.sum()))
        assert (total[region] / n).mean() == pytest.approx(variance[region].mean(), rel=max(error, 0.01)), name
        assert np.ptp(variance[region]) == 0
    found = {name: float(variance[region][0]) for name, region in regions.items()}
    expected = {"background": 2.56, "one": 1.0, "two": 2.56, "overlap": 3.56}
    assert found == pytest.approx(dict.fromkeys(found, 3.56) if kind == "uniform" else expected)


def test_uniform_noise_is_never_below_one_exposure():
    present, wanted = variance_maps(np.zeros((2, 4, 4), bool), [1.0, 3.0], "uniform")
    assert not present.any()
    assert (wanted == 9).all()


def test_masks_are_what_their_names_say(own):
    gg, ogg, bogg = gg_masks(own), ogg_masks(own), bogg_masks(own)
    assert [masks.shape[-1] for masks in (gg, ogg, bogg)] == [2, 3, 4]
    assert {masks.dtype for masks in (gg, ogg, bogg)} == {np.dtype(np.uint8)}
    overlap = own[0] & own[1]
    assert overlap.sum() == 24
    np.testing.assert_array_equal(gg, np.moveaxis(own, 0, -1))
    np.testing.assert_array_equal(ogg[..., 0], overlap)
    np.testing.assert_array_equal(ogg[..., 1:], gg)
    np.testing.assert_array_equal(bogg[..., 0], ~own.any(0))
    np.testing.assert_array_equal(bogg[..., 1], overlap)
    np.testing.assert_array_equal(bogg[..., 2], own[0] & ~own[1])
    np.testing.assert_array_equal(bogg[..., 3], own[1] & ~own[0])


def test_exactly_one_background_overlap_galaxy_mask_is_set_for_any_number_of_galaxies():
    own = np.random.default_rng(0).random((5, 12, 12)) < 0.3
    assert (bogg_masks(own).sum(axis=-1) == 1).all()


def test_a_blend_does_not_depend_on_the_blends_around_it(own):
    rng = np.random.default_rng(0)
    images, masks = rng.normal(size=(4, 24, 24)), np.stack([*own, *own])
    pairs, shifts = np.array([[0, 1], [2, 3], [1, 2]]), rng.integers(-3, 4, (3, 2, 2))

    def placed(rows):
        blends = SimpleNamespace(
            images=images, masks=masks, noise=np.arange(4.0), pairs=pairs[rows], shifts=shifts[rows]
        )
        return list(place_all(blends))

    for one, other in zip(placed([2]), placed([0, 1, 2])[2:], strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)
