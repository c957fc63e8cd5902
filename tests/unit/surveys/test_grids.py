"""Resampling to another grid: fluxes, variances, masks and zero points of known value."""

from contextlib import ExitStack

import numpy as np
import pytest
from astropy.wcs import WCS
from reproject import reproject_exact
from survey_files import tangent, written

from workflow_scripts.surveys.exposures import ExposureFiles, Layer, open_exposure
from workflow_scripts.surveys.grids import ResampledExposure, combs, is_same_grid, on_grid

SHAPE = (80, 90)
PIXELS = np.random.default_rng(0).normal(100, 5, SHAPE)
WINDOW = np.s_[30:52, 25:60]


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens an exposure with a WCS and, where given, a variance map."""
    with ExitStack() as stack:

        def make(pixels=PIXELS, variance=None, unit="", **grid):
            number, cards = len(list(tmp_path.iterdir())), {"BUNIT": unit} if unit else {}
            image = written(tmp_path / f"{number}.fits", pixels, **tangent(shape=pixels.shape, **grid), **cards)
            layer = None if variance is None else Layer(written(tmp_path / f"{number}_v.fits", variance))
            return stack.enter_context(open_exposure(ExposureFiles(Layer(image), layer, "variance", uncovered="none")))

        yield make


def test_a_source_keeps_its_flux_on_larger_turned_pixels(opened):
    """A Gaussian of total flux 1000 in pixels of 0.06 arcsec, on pixels of 0.1 arcsec turned by 20 degrees."""
    y, x = np.indices(SHAPE)
    source = 1000 / (2 * np.pi * 9) * np.exp(-((x - 45.3) ** 2 + (y - 38.8) ** 2) / 18)
    for unit, expected in (("nJy", 1000.0), ("MJy/sr", 1000 * 0.06**2 / 0.1**2)):
        new = on_grid(opened(source, unit=unit), opened(np.zeros((40, 45)), scale=0.1, angle=20.0))
        assert np.nansum(new.read().image) == pytest.approx(expected, rel=1e-5)


def test_a_surface_brightness_has_another_zero_point_on_other_pixels(opened):
    """MJy/sr: -2.5 log10 of the ratio of the areas, so that the magnitude of the source above is the same."""
    for unit, shift in (("nJy", 0.0), ("MJy/sr", -2.5 * np.log10(0.1**2 / 0.06**2))):
        old = opened(unit=unit)
        new = on_grid(old, opened(np.zeros((40, 45)), scale=0.1))
        assert new.calibration.zeropoint_ab - old.calibration.zeropoint_ab == pytest.approx(shift, abs=1e-6)


def test_windows_are_parts_of_the_whole_and_as_reproject_makes_them(opened):
    old, target = opened(), opened(shift=(0.3, -0.6), angle=5.0)
    new = on_grid(old, target)
    whole, part = new.read().image, new.read(WINDOW).image
    np.testing.assert_allclose(part, whole[WINDOW], rtol=1e-9)
    expected, _ = reproject_exact((PIXELS, old.science.wcs), target.science.wcs, shape_out=SHAPE)
    np.testing.assert_allclose(part, expected[WINDOW], rtol=1e-6)


def test_a_shift_of_half_a_pixel_halves_the_variance(opened):
    """Means of two pixels each: variance (4 + 4) / 4, correlation 1/2 with the next pixel along x, 0 along y."""
    new = on_grid(opened(variance=np.full(SHAPE, 4.0)), opened(shift=(0.5, 0.0)))
    variance = new.read(WINDOW).variance
    np.testing.assert_allclose(variance, 2.0, rtol=1e-4)
    found = new.noise_correlation()
    assert found["x"] == pytest.approx(0.5, abs=1e-3)
    assert found["y"] == pytest.approx(0.0, abs=1e-3)


def test_the_variance_is_that_of_many_realisations(opened):
    """By an independent way: noise of a known variance map, resampled 400 times by reproject itself."""
    sigma = np.linspace(1, 3, SHAPE[1]) * np.ones(SHAPE)
    target = opened(scale=0.08, angle=30.0)
    new = on_grid(opened(variance=sigma**2), target)
    noise = sigma * np.random.default_rng(1).normal(size=(400, *SHAPE))
    old, part = new.exposure.science.wcs, target.science.wcs.slice(np.s_[35:45, 40:50])
    drawn, _ = reproject_exact((noise, old), part, shape_out=(400, 10, 10))
    ratio = (drawn * 0.08**2 / 0.06**2).var(axis=0) / new.read(np.s_[35:45, 40:50]).variance
    assert ratio.mean() == pytest.approx(1.0, abs=0.02)


def test_pixels_that_touch_a_masked_one_or_the_edge_are_masked(opened):
    pixels = PIXELS.copy()
    pixels[40, 50] = np.nan
    new = on_grid(opened(pixels), opened(shift=(0.5, 0.0))).read()
    np.testing.assert_array_equal(np.argwhere(new.masked[1:-1, 1:-1]) + 1, [[40, 50], [40, 51]])
    assert new.masked[:, 0].all()
    assert np.isnan(new.image[new.masked]).all()


def test_grids_are_compared_by_position(opened):
    one = opened()
    assert is_same_grid(one, opened())
    assert not is_same_grid(one, opened(shift=(0.3, 0.0)))
    assert not is_same_grid(one, opened(np.zeros((80, 91))))


def test_another_part_of_the_sky_is_refused(opened):
    with pytest.raises(ValueError, match=r"1.fits: it shows another part of the sky than .*0.fits: give images of one"):
        one = opened()
        on_grid(opened(position=(53.3, -27.79)), one)


def test_combs_together_are_the_image():
    values = np.random.default_rng(0).random((7, 8))
    parts = combs(values, 3)
    assert parts.shape == (9, 7, 8)
    np.testing.assert_array_equal(parts.sum(axis=0), values)


def test_far_windows_have_no_data(opened):
    one, target = opened(), opened(np.zeros((80, 400)))
    found = ResampledExposure(one, WCS(target.science.header), (80, 400)).read(np.s_[0:8, 0:8])
    assert found.masked.all()
