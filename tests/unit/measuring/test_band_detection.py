"""Detection on several bands, photometry in each and its errors: known fluxes, noise and masks."""

import numpy as np
import pytest

from workflow_scripts.measuring.aperture_noise import NoiseCorrelation
from workflow_scripts.measuring.band_combination import (
    BandPixels,
    Ellipses,
    assumed_spectrum,
    chi_image,
    detect_in_bands,
    weighted_mean,
)
from workflow_scripts.measuring.band_photometry import covered_share, measure_band

DETECTION = {"threshold_sigma": 4, "min_area": 5, "deblend_thresholds": 32, "deblend_contrast": 0.005}
SHAPE = (120, 140)


def gaussian(x, y, flux, sigma=2.0, shape=SHAPE):
    rows, columns = np.indices(shape)
    return flux / (2 * np.pi * sigma**2) * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))


def bands_of(*images, noise=(1.0, 2.0), spectrum=(1.0, 1.0), hole=None, seed=0):
    """Return bands of images with noise; `hole` is a slice of pixels without data in all of them."""
    clean = np.stack(images, axis=-1) + np.random.default_rng(seed).normal(size=(*images[0].shape, len(images))) * noise
    sigma = np.ones(clean.shape) * noise
    if hole is not None:
        clean[hole], sigma[hole] = 0, np.inf
    return BandPixels(clean, sigma, np.zeros(clean.shape), np.array(spectrum))


def test_weights_are_those_of_the_largest_signal_to_noise_ratio():
    """Bands of noise 1 and 2 and of equal fluxes: weights 4 to 1, noise 1 / sqrt(1 + 1/4)."""
    bands = bands_of(np.zeros(SHAPE), np.zeros(SHAPE))
    mean, noise = weighted_mean(bands, bands.clean)
    np.testing.assert_allclose(mean, (4 * bands.clean[..., 0] + bands.clean[..., 1]) / 5, atol=1e-12)
    np.testing.assert_allclose(noise, 1.25**-0.5)
    assert mean.std() == pytest.approx(1.25**-0.5, rel=0.02)


def test_bands_are_scaled_by_their_zero_points():
    """A source of one magnitude has 10 times the flux in a band whose zero point is 2.5 mag fainter."""
    spectrum = assumed_spectrum((25.0, 27.5), (1.0, 1.0))
    np.testing.assert_allclose(spectrum, [1, 10])
    bands = bands_of(np.full(SHAPE, 3.0), np.full(SHAPE, 30.0), noise=(0.1, 0.1), spectrum=spectrum)
    assert weighted_mean(bands, bands.clean)[0].mean() == pytest.approx(3.0, rel=1e-3)
    np.testing.assert_allclose(assumed_spectrum((25.0, None), (1.0, 4.0)), [1, 4])


def test_a_chi_image_of_noise_has_mean_0_and_deviation_1():
    bands = bands_of(
        *[np.zeros((400, 400))] * 3, noise=(1.0, 2.0, 0.1), spectrum=(1.0, 1.0, 1.0), hole=np.s_[:20, :, 1]
    )
    chi = chi_image(bands)
    for part in (chi[:20], chi[20:]):
        assert part.mean() == pytest.approx(0, abs=0.03)
        assert part.std() == pytest.approx(1, rel=0.03)


@pytest.mark.parametrize("combination", ["weighted", "chi2"])
def test_sources_of_every_colour_are_detected(combination):
    """One is seen in both bands, one in the second alone."""
    fluxes = ((30, 40, 500, 500), (90, 70, 0, 900))
    images = [sum(gaussian(x, y, fluxes[band]) for x, y, *fluxes in fluxes) for band in (0, 1)]
    sources, segmentation, ellipses = detect_in_bands(bands_of(*images), combination, **DETECTION)
    order = np.argsort(sources["x"])
    np.testing.assert_allclose(sources["x"][order], [30, 90], atol=0.3)
    np.testing.assert_allclose(sources["y"][order], [40, 70], atol=0.3)
    assert segmentation.max() == 2
    assert ellipses.area.min() > 20


@pytest.mark.parametrize("combination", ["weighted", "chi2"])
def test_a_dark_spot_is_not_a_source(combination):
    images = [gaussian(60, 60, -2000), gaussian(60, 60, -2000)]
    sources, *_ = detect_in_bands(bands_of(*images), combination, **DETECTION)
    assert not len(sources["x"])


def test_the_base_columns_are_in_the_unit_of_the_first_band():
    sources, *_ = detect_in_bands(bands_of(gaussian(60, 60, 5000), gaussian(60, 60, 5000)), "chi2", **DETECTION)
    assert sources["flux"][0] == pytest.approx(5000, rel=0.06)
    assert sources["peak"][0] == pytest.approx(5000 / (8 * np.pi), rel=0.05)


@pytest.mark.parametrize("unit", [1e-20, 1e18])
def test_the_unit_of_the_pixels_is_arbitrary(unit):
    bands = bands_of(gaussian(60, 60, 500), gaussian(60, 60, 500))
    scaled = BandPixels(bands.clean * unit, bands.sigma * unit, bands.level, bands.spectrum)
    (one, labels, ellipses), (other, same, _) = (detect_in_bands(it, "weighted", **DETECTION) for it in (bands, scaled))
    np.testing.assert_array_equal(labels, same)
    for name in ("flux", "peak", "noise"):
        np.testing.assert_allclose(other[name], one[name] * unit, rtol=1e-5)
    first, second = (measure_band(it.clean[..., 0], it.sigma[..., 0], labels, ellipses) for it in (bands, scaled))
    np.testing.assert_allclose(second.flux, first.flux * unit, rtol=1e-5)
    np.testing.assert_allclose(second.flux_err, first.flux_err * unit, rtol=1e-5)


def test_a_hole_takes_its_share_of_the_light_and_invents_none():
    """Half of a source is masked: half of its flux is measured, and half of its light is covered."""
    image = gaussian(60, 60, 10000)
    whole, cut = (
        bands_of(image, noise=(1.0,), spectrum=(1.0,)),
        bands_of(image, noise=(1.0,), spectrum=(1.0,), hole=np.s_[:, 60:]),
    )
    ellipse = Ellipses(*(np.array([value]) for value in (59.5, 60.0, 2.0, 2.0, 0.0, 5.0)))
    labels = np.zeros(SHAPE, np.int32)
    full, half = (measure_band(one.clean[..., 0], one.sigma[..., 0], labels, ellipse) for one in (whole, cut))
    assert (full.covered[0], half.covered[0]) == (1.0, pytest.approx(0.5, abs=1e-6))
    assert full.flux[0] == pytest.approx(10000, rel=0.01)
    assert half.flux[0] == pytest.approx(image[:, :60].sum(), rel=0.02)
    assert half.flux_err[0] == pytest.approx(np.sqrt(np.pi * 100 / 2), rel=0.05)
    nothing = measure_band(np.zeros(SHAPE), np.full(SHAPE, np.inf), labels, ellipse)
    assert nothing.covered[0] == 0
    assert np.isnan(nothing.flux[0])


def test_magnitudes_and_their_errors():
    ellipse = Ellipses(*(np.array([value]) for value in (60.0, 60.0, 2.0, 2.0, 0.0, 5.0)))
    fluxes = measure_band(gaussian(60, 60, 1e4), np.ones(SHAPE), np.zeros(SHAPE, np.int32), ellipse)
    columns = fluxes.columns(25.0, "_r")
    assert columns["mag_r"][0] == pytest.approx(15.0, abs=1e-3)
    assert columns["mag_err_r"][0] == pytest.approx(1.0857 * np.sqrt(np.pi * 100) / 1e4, rel=0.02)


def test_the_share_of_a_turned_ellipse():
    """Of a thin source along the diagonal, the quadrant above it holds half."""
    covered = np.ones((101, 101), bool)
    covered[:50] = False
    assert covered_share(covered, 50, 50, 8.0, 2.0, np.pi / 4, 3.0) == pytest.approx(0.5, abs=0.05)


def test_errors_in_correlated_noise_are_those_of_many_apertures():
    """White noise smoothed with 2x2 boxes, stated as independent of variance 1: the sums of circles are counted."""
    white = np.random.default_rng(0).normal(size=(601, 601))
    noise = (white[1:, 1:] + white[1:, :-1] + white[:-1, 1:] + white[:-1, :-1]) / 2
    sums = NoiseCorrelation()
    free, labels = np.ones(noise.shape, bool), np.zeros(noise.shape, int)
    sums.add(noise, np.ones(noise.shape), labels, free)
    assert sums.noise_ratio == pytest.approx(1.0, abs=0.02)
    y, x = np.indices((21, 21)) - 10
    circle = np.hypot(x, y) <= 6
    cut = [
        noise[row : row + 21, column : column + 21][circle].sum()
        for row in range(0, 580, 14)
        for column in range(0, 580, 14)
    ]
    measured = np.std(cut) / np.sqrt(circle.sum())
    assert sums.error_factors([circle.sum()], [0.0])[0] == pytest.approx(measured, rel=0.04)


def test_errors_of_independent_pixels_stay_and_a_wrong_variance_is_corrected():
    noise = np.random.default_rng(0).normal(size=(500, 500))
    for stated in (1.0, 0.5):
        sums = NoiseCorrelation()
        sums.add(noise, np.full(noise.shape, stated), np.zeros(noise.shape, int), np.ones(noise.shape, bool))
        np.testing.assert_allclose(sums.error_factors([20.0, 200.0], [0.0, 0.0]), 1 / stated, rtol=0.03)
    np.testing.assert_array_equal(NoiseCorrelation().error_factors([20.0], [16.0]), 1.0)


def test_errors_of_round_apertures_are_those_of_many_of_them():
    """As SEP sums them, with fractions of the pixels at the edge; its own errors are 3 % too large."""
    noise = np.random.default_rng(5).normal(size=(1500, 1500))
    x, y = (places.ravel() for places in np.meshgrid(*[np.arange(10, 1490, 15) + 0.3] * 2))
    ellipses = Ellipses(x, y, *(np.full(len(x), value) for value in (2.0, 1.2, 0.4, 3.0)))
    sums, labels = NoiseCorrelation(), np.zeros(noise.shape, np.int32)
    sums.add(noise, np.ones(noise.shape), labels, np.ones(noise.shape, bool))
    found = measure_band(noise, np.ones(noise.shape), labels, ellipses)
    ratio = found.flux.std() / np.median(found.flux_err)
    assert ratio < 0.98
    assert np.median(sums.error_factors(ellipses.area, ellipses.perimeter)) == pytest.approx(ratio, abs=0.02)
