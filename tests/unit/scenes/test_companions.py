"""Companions of bright sources: drawn, and fitted to pairs."""

import numpy as np
import pytest

from workflow_scripts.scenes.companions import draw_hosts, fit_companions, neighbours_in_rings, ring_edges

SHAPE, DENSITY, N = (128, 128), 16 / 128**2, 150


def fields(fraction, width, seed):
    """Return positions in fields; a fraction of the sources lie near another one."""
    rng = np.random.default_rng(seed)
    for _ in range(N):
        xy = rng.uniform(-40, 168, (rng.poisson(DENSITY * 208**2), 2))
        companion = rng.random(len(xy)) < fraction
        host = rng.choice(np.flatnonzero(~companion), companion.sum())
        xy[companion] = xy[host] + width * rng.standard_normal((companion.sum(), 2))
        yield xy[((xy > -0.5) & (xy < 127.5)).all(axis=1)]


@pytest.mark.parametrize(("fraction", "width"), [(0.3, 6.0), (0.15, 9.0)])
def test_companions_are_fitted_to_pairs(fraction, width):
    real, composed = list(fields(fraction, width, 0)), list(fields(0, 1, 1))
    shapes, radii = [SHAPE] * N, np.geomspace(3, 38, 11)
    pairs = [neighbours_in_rings(one, shapes, radii) for one in (real, composed)]
    found = fit_companions(radii, DENSITY, [sum(map(len, one)) for one in (real, composed)], *pairs, 0.0, 1.0)
    np.testing.assert_allclose(found, [fraction, width], rtol=0.25)


def test_independent_sources_have_no_companions():
    for seed in range(6):
        real, composed = list(fields(0, 1, 2 * seed)), list(fields(0, 1, 2 * seed + 1))
        radii = np.geomspace(3, 38, 11)
        pairs = [neighbours_in_rings(one, [SHAPE] * N, radii) for one in (real, composed)]
        assert (
            fit_companions(radii, DENSITY, [sum(map(len, one)) for one in (real, composed)], *pairs, 0.0, 1.0)[0] == 0
        )


def test_hosts_are_larger_bright_sources_without_a_host():
    rng, radius = np.random.default_rng(0), np.random.default_rng(1).uniform(1, 9, 2000)
    bright = radius > 4
    host = draw_hosts(rng, radius, bright, 0.3)
    companion = host >= 0
    assert companion[bright].mean() == pytest.approx(0.3, abs=0.04)
    assert not companion[~bright].any()
    assert (radius[host[companion]] > radius[companion]).all()
    assert bright[host[companion]].all()
    assert (host[host[companion]] == -1).all()
    assert (draw_hosts(rng, radius, np.zeros(2000, bool), 0.3) == -1).all()


def test_sources_without_pairs_have_no_rings():
    assert ring_edges([np.zeros((1, 2)), np.zeros((0, 2))], [SHAPE, SHAPE]) is None
