"""Noise and unresolved sources: what is fitted to fields of known light is drawn again."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import kurtosis, skew

from workflow_scripts.measuring.noise import SCORES
from workflow_scripts.measuring.spectra import ring_counts, ring_power
from workflow_scripts.measuring.unresolved_light import UnresolvedSampler, fit_unresolved

SIDE, PSF, SIGMA, LEVEL = 256, 1.0, 5.0, 12.0


def noise(rng):
    """Return noise of width SIGMA, correlated over a pixel."""
    return SIGMA * 1.6 * gaussian_filter(rng.standard_normal((SIDE, SIDE)), 0.55, mode="wrap")


def sources(rng):
    """Return the light of many faint point sources of exponential fluxes, less its mean."""
    fluxes = rng.poisson(0.05, (SIDE, SIDE)) * rng.exponential(60.0, (SIDE, SIDE))
    light = gaussian_filter(fluxes, PSF, mode="wrap")
    return light - light.mean()


@pytest.fixture(scope="module")
def fields():
    rng = np.random.default_rng(4)
    return np.array([LEVEL + noise(rng) + sources(rng) for _ in range(8)])


def fitted(images, free=None):
    masks = [np.ones(image.shape, bool) for image in images] if free is None else free
    return fit_unresolved(list(images), masks, [0] * len(images), 8)


def drawn(unresolved, n=8):
    sampler, rng = UnresolvedSampler(unresolved, (SIDE, SIDE)), np.random.default_rng(0)
    return np.array([sampler(rng) for _ in range(n)])


def binned_power(images):
    rings, counts = ring_power(images.astype(np.float32)).sum(axis=0), ring_counts(SIDE)
    edges = np.linspace(1, len(rings), 11).astype(int)
    return np.add.reduceat(rings, edges[:-1]) / np.add.reduceat(counts, edges[:-1])


def test_moments_spectrum_and_distribution_are_those_of_the_data(fields):
    ours, data = drawn(fitted(fields)), fields - fields.mean()
    assert ours.mean() == pytest.approx(0, abs=0.05)
    assert ours.std() == pytest.approx(data.std(), rel=0.01)
    assert skew(ours, None) == pytest.approx(skew(data, None), rel=0.1)
    assert kurtosis(ours, None) == pytest.approx(kurtosis(data, None), rel=0.2)
    np.testing.assert_allclose(*(np.quantile(one, [0.01, 0.25, 0.5, 0.75, 0.99]) for one in (ours, data)), atol=0.5)
    assert np.abs(np.log10(binned_power(ours) / binned_power(data))).max() < 0.05


def test_differences_of_adjacent_pixels_are_as_normal_as_those_of_the_data(fields):
    """Unresolved sources are smooth: single bright pixels would make the differences as heavy-tailed as the pixels."""
    ours, data = (kurtosis(np.diff(one, axis=2), None) for one in (drawn(fitted(fields)), fields))
    assert data < 0.5 * kurtosis(fields, None)
    assert data / 2 < ours < 0.8 * kurtosis(fields, None)


def test_the_correlation_of_sources_is_that_of_the_psf(fields):
    """Gaussian sources of width s have a Gaussian third-order covariance, here that of a gamma distribution."""
    assert fitted(fields).width == pytest.approx(np.sqrt(2) * PSF, rel=0.2)


def test_masked_pixels_are_not_seen(fields):
    free = np.random.default_rng(1).random(fields.shape) < 0.8
    known, masked = fitted(fields), fitted(np.where(free, fields, 1e6), list(free))
    assert masked.width == pytest.approx(known.width, rel=0.05)
    np.testing.assert_allclose(masked.noise, known.noise, atol=0.02 * known.noise.max())
    np.testing.assert_allclose(masked.light[100:300], known.light[100:300], atol=0.1 * SIGMA)


def test_normal_noise_has_no_light_of_sources():
    rng = np.random.default_rng(2)
    unresolved = fitted([LEVEL + noise(rng)])
    assert not unresolved.light.any()
    assert drawn(unresolved).std() == pytest.approx(unresolved.noise[8, 8] ** 0.5, rel=0.01)


def test_an_image_without_noise_stays_without():
    assert not drawn(fitted(np.full((1, 32, 32), LEVEL)), 1).any()


def test_quantiles_scale_with_the_unit(fields):
    one, other = fitted(fields), fitted(fields * 1e-3)
    np.testing.assert_allclose(other.light, 1e-3 * one.light, rtol=1e-5, atol=1e-12)
    assert len(one.light) == len(SCORES)
    assert other.width == one.width
