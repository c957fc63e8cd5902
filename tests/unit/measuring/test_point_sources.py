import numpy as np
import pytest

from workflow_scripts.measuring.point_sources import (
    MIN_SOURCES,
    centred,
    locus,
    select_point_sources,
    stack_point_sources,
    windowed_centre,
)


def gaussian(shape, y, x, sigma, flux=1.0):
    """Return a Gaussian source."""
    rows, columns = np.indices(shape)
    return flux * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)


def catalogue(radius, **columns):
    """Return sources far from each other."""
    n = len(radius)
    table = {"x": 100.0 * np.arange(n), "y": np.zeros(n), "flux": np.arange(n, 0, -1.0), "flux_radius": radius}
    return {**table, "ellipticity": np.full(n, 0.05), "flags": np.zeros(n, int), "snr": np.full(n, 100.0), **columns}


def test_the_locus_is_the_smallest_size_that_many_sources_share():
    """A few smaller sources, and more galaxies of one size, do not move it."""
    stars, galaxies = np.linspace(1.98, 2.04, 8), np.linspace(3.9, 4.1, 40)
    radius = np.concatenate([[0.9, 1.5], stars, [2.9, 3.2], galaxies])
    assert locus(radius) == pytest.approx(1.98)
    assert select_point_sources(catalogue(radius), 10).tolist() == list(range(2, 10))
    assert locus(radius[:5]) == np.inf
    assert select_point_sources(catalogue(radius[:5]), 10).tolist() == []


@pytest.mark.parametrize(
    "fault", [{"flags": 1}, {"snr": 20.0}, {"ellipticity": 0.4}, {"flux_radius": 2.5}, {"neighbour": 1}]
)
def test_sources_that_are_no_good_point_sources_are_left_out(fault):
    sources = catalogue(np.full(MIN_SOURCES + 2, 2.0))
    for name, value in fault.items():
        if name == "neighbour":
            sources["x"][3] = sources["x"][2] + 5
            sources["flux"][3] = sources["flux"][2] / 100  # faint enough for 2, which is too bright for 3
        else:
            sources[name][3] = value
    assert select_point_sources(sources, 10).tolist() == [0, 1, 2, *range(4, MIN_SOURCES + 2)]


@pytest.mark.parametrize(("y", "x"), [(15.0, 15.0), (15.4, 14.7), (14.5, 15.5)])
def test_centres(y, x):
    light = gaussian((31, 31), y, x, 1.5)
    np.testing.assert_allclose(windowed_centre(light), [y, x], atol=1e-3)
    np.testing.assert_allclose(centred(light), gaussian((29, 29), 14, 14, 1.5), atol=1e-4)


def test_the_stack_is_the_psf():
    """Of sources at any sub-pixel position, one with a hole and one at the border left out."""
    rng = np.random.default_rng(0)
    places = [(y + rng.uniform(-0.5, 0.5), x + rng.uniform(-0.5, 0.5)) for y in (30, 80, 130) for x in (30, 80, 130)]
    image = 50.0 + sum(gaussian((160, 160), y, x, 1.5, 1e4 * (k + 1)) for k, (y, x) in enumerate(places))
    image += rng.normal(size=image.shape)
    image[131, 131] = np.nan
    y, x = np.array([*places, (2.0, 100.0)]).T
    psf, n = stack_point_sources(lambda window: image[window], image.shape, x, y, 25)
    assert n == 8
    np.testing.assert_allclose(psf, gaussian((25, 25), 12, 12, 1.5), atol=3e-4)
    assert psf.sum() == pytest.approx(1)
    assert stack_point_sources(lambda window: image[window], image.shape, x[-1:], y[-1:], 25)[1] == 0
