import numpy as np
import pytest
from scipy.stats import chisquare, poisson

from workflow_scripts.blending.counts import draw_counts, n_columns
from workflow_scripts.settings.blending import NumberOfGalaxies


def law(name, low=2, high=8, density=None):
    return NumberOfGalaxies(law=name, low=low, high=high, density_per_arcmin2=density)


def draw(settings, area=None, n=20000):
    return draw_counts(settings, area, n, np.random.default_rng(0))


def test_a_fixed_number_is_fixed():
    assert (draw(law("fixed", 3)) == 3).all()
    assert n_columns(law("fixed", 3)) == 3


def test_a_uniform_number_has_both_ends():
    values, counts = np.unique(draw(law("uniform", 1, 5)), return_counts=True)
    np.testing.assert_array_equal(values, [1, 2, 3, 4, 5])
    assert chisquare(counts).pvalue > 1e-3
    assert n_columns(law("uniform", 1, 5)) == 5


def test_a_poisson_number_has_the_requested_density_and_is_never_zero():
    counts = draw(law("poisson", high=12, density=200), area=0.012)
    expected = poisson.pmf(np.arange(1, 8), 2.4) / poisson.sf(0, 2.4)
    found = np.bincount(counts, minlength=13)
    assert found[0] == 0
    last = 20000 - found[1:8].sum()
    assert chisquare([*found[1:8], last], 20000 * np.array([*expected, 1 - expected.sum()])).pvalue > 1e-3


def test_a_density_without_a_pixel_scale_is_an_error():
    with pytest.raises(ValueError, match="needs the pixel scale of the stamps"):
        draw(law("poisson", density=200))


def test_a_limit_that_cuts_the_law_is_an_error():
    with pytest.raises(ValueError, match=r"n_galaxies.high 3 truncates 26 % of the blends"):
        draw(law("poisson", high=3, density=200), area=0.0125)
