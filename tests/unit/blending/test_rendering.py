from dataclasses import replace

import numpy as np
import pytest

from workflow_scripts.blending.rendering import map_variance, render, target_variance
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.settings.blending import RenderVariances

PLAIN = RenderVariances(gain=None, noise="uniform", noise_sigma=None, subpixel=False)


def stamps_of(images, own, noise, **about):
    return StampSet([(images, own.astype(int))], np.ones(len(own), int), noise, range(len(own)), **about)


def with_variance(stamps, members, shifts, noise, rng):
    """Return blends and the variance maps that are stated for them."""
    return render(stamps, members, shifts, noise, rng), map_variance(stamps, members, shifts, noise)


@pytest.fixture
def own():
    """Two masks with an overlap of 4 x 6 pixels."""
    masks = np.zeros((2, 24, 24), bool)
    masks[0, 4:14, 4:14] = True
    masks[1, 10:20, 8:18] = True
    return masks


def regions(own):
    return {"background": ~own.any(0), "one": own[0] & ~own[1], "two": own[1] & ~own[0], "overlap": own.all(0)}


@pytest.mark.parametrize("subpixel", [False, True])
def test_the_flux_of_a_blend_is_the_sum_of_its_parts(own, subpixel):
    images = np.random.default_rng(0).gamma(1.0, 100.0, own.shape).astype(np.float32)
    galaxies = stamps_of(images, own, np.zeros(2), subpixel=subpixel)
    members, shifts = np.array([[0, 1]]), np.array([[[0, 0], [3, -4]]], float)
    blends, variances = with_variance(galaxies, members, shifts, PLAIN, np.random.default_rng(1))
    assert blends.sum(dtype=float) == pytest.approx(images[own].sum(dtype=float), rel=1e-6)
    assert not variances.any()


@pytest.mark.parametrize("subpixel", [False, True])
@pytest.mark.parametrize("kind", ["uniform", "natural", "none"])
def test_the_noise_that_is_there_is_the_variance_that_is_stated(own, kind, subpixel):
    """Stamps of pure noise, blended 4000 times: the measured variance is the variance map, everywhere."""
    noise, rng, n = np.array([1.0, 1.6]), np.random.default_rng(0), 4000
    total, stated = np.zeros(own.shape[1:]), None
    shifts = np.array([[[0, 0], [0.45, -0.3] if subpixel else [0, 0]]], float)
    for _ in range(n):
        pixels = noise[:, None, None] * rng.standard_normal(own.shape)
        galaxies = stamps_of(pixels, own, noise, subpixel=subpixel)
        blends, stated = with_variance(galaxies, np.array([[0, 1]]), shifts, replace(PLAIN, noise=kind), rng)
        total += blends[0].astype(float) ** 2
    for name, region in regions(own).items():
        error = max(5 * np.sqrt(2 / (n * region.sum())), 0.01)
        assert (total[region] / n).mean() == pytest.approx(stated[0][region].mean(), rel=error), name
        assert np.ptp(stated[0][region]) == 0
    found = {name: float(stated[0][region][0]) for name, region in regions(own).items()}
    expected = {"background": 0.0 if kind == "none" else 2.56, "one": 1.0, "two": 2.56, "overlap": 3.56}
    assert found == pytest.approx(dict.fromkeys(found, 3.56) if kind == "uniform" else expected)


def test_uniform_noise_is_never_below_one_exposure():
    target = target_variance(np.zeros((4, 4), np.float32), 9.0, "uniform")
    assert (target == 9).all()


def test_a_requested_level_is_reached_and_a_noisier_stamp_stays(own):
    galaxies = stamps_of(np.zeros(own.shape), own, np.array([1.0, 3.0]))
    for sigma, expected in ((5.0, 25.0), (2.0, 10.0)):
        options = replace(PLAIN, noise_sigma=sigma)
        variances = map_variance(galaxies, np.array([[0, 1]]), np.zeros((1, 2, 2)), options)
        assert np.unique(variances).tolist() == [expected]


@pytest.mark.parametrize(("sigma", "level"), [(None, 2.56), (0.5, 0.25)])
def test_models_carry_the_noise_of_one_exposure_everywhere(own, sigma, level):
    light = np.where(own, 50, 0.125).astype(np.float32)  # of a model all light counts
    galaxies = stamps_of(light, own, np.array([1.0, 1.6]), model=True)
    members, shifts = np.tile([[0, 1]], (500, 1)), np.zeros((500, 2, 2))
    blends, variances = with_variance(
        galaxies, members, shifts, replace(PLAIN, noise_sigma=sigma), np.random.default_rng(0)
    )
    assert np.unique(variances) == pytest.approx([level])
    residual = blends - light.sum(axis=0)
    for name, region in regions(own).items():
        error = max(5 * np.sqrt(2 / (500 * region.sum())), 0.01)
        assert residual[:, region].var() == pytest.approx(level, rel=error), name


def test_poisson_noise_of_models_is_in_the_variance(own):
    light = np.where(own, 50, 0).astype(np.float32)
    galaxies = stamps_of(light, own, np.ones(2), model=True)
    members, shifts = np.tile([[0, 1]], (1000, 1)), np.zeros((1000, 2, 2))
    blends, variances = with_variance(galaxies, members, shifts, replace(PLAIN, gain=4.0), np.random.default_rng(0))
    expected = {"background": 1.0, "one": 13.5, "two": 13.5, "overlap": 26.0}
    for name, region in regions(own).items():
        assert np.unique(variances[:, region]) == pytest.approx([expected[name]])
        error = max(5 * np.sqrt(2 / (1000 * region.sum())), 0.01)
        assert (blends - light.sum(axis=0))[:, region].var() == pytest.approx(expected[name], rel=error), name
    assert blends.mean() == pytest.approx(light.sum(axis=0).mean(), rel=1e-3)


def test_poisson_noise_of_real_stamps_is_refused(own):
    galaxies = stamps_of(np.zeros(own.shape), own, np.ones(2))
    with pytest.raises(ValueError, match="gain: real stamps contain the Poisson noise of their sources already"):
        render(galaxies, np.array([[0, 1]]), np.zeros((1, 2, 2)), replace(PLAIN, gain=4.0), np.random.default_rng(0))
    with pytest.raises(ValueError, match="set it to null"):
        map_variance(galaxies, np.array([[0, 1]]), np.zeros((1, 2, 2)), replace(PLAIN, gain=4.0))


def test_bands_have_their_own_noise(own):
    light = np.zeros((*own.shape, 2), np.float32)
    galaxies = stamps_of(light, own, np.array([[1.0, 10.0], [2.0, 5.0]]))
    members, shifts = np.tile([[0, 1]], (50, 1)), np.zeros((50, 2, 2))
    blends, variances = with_variance(galaxies, members, shifts, PLAIN, np.random.default_rng(0))
    assert blends.shape == (50, 24, 24, 2)
    assert [np.unique(variances[..., band]).tolist() for band in range(2)] == [[5], [125]]
    np.testing.assert_allclose(blends[:, ~own.any(0)].var(axis=(0, 1)), [5, 125], rtol=0.05)


def test_blends_of_fewer_galaxies_hold_fewer(own):
    galaxies = stamps_of(np.ones(own.shape, np.float32), own, np.zeros(2))
    members, shifts = np.array([[0, -1], [1, 0]]), np.zeros((2, 2, 2))
    blends = render(galaxies, members, shifts, PLAIN, np.random.default_rng(0))
    np.testing.assert_array_equal(blends[0], own[0])
    np.testing.assert_array_equal(blends[1], own.sum(axis=0))
