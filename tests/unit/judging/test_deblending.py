"""Statistics of deblenders on galaxies whose answer is known."""

import numpy as np
import pytest

from workflow_scripts.judging.deblending import (
    STATISTICS,
    Results,
    all_draws,
    bins_of,
    draw_multiplicities,
    estimate,
    rank,
    scatter,
)

COLUMNS = {column for column, _ in STATISTICS.values()}


def results_of(n_blends=200, **columns):
    """Return the results of two galaxies per blend; columns that are not given are 0."""
    galaxies = {name: np.zeros(2 * n_blends) for name in COLUMNS} | columns
    galaxies["blend"] = np.repeat(np.arange(n_blends), 2)
    return Results(galaxies, np.full(n_blends, 2), np.full(n_blends, 2))


def draws_of(results, n_bootstrap=100):
    n_blends = len(results.n_sources)
    return all_draws(results, draw_multiplicities(n_blends, n_bootstrap, np.random.default_rng(0)))


def test_a_perfect_separation_has_no_error_and_no_spread():
    perfect = results_of(detected=np.ones(400), iou=np.ones(400), ssim=np.ones(400))
    found = {name: estimate(values) for name, values in draws_of(perfect).items()}
    ones = ("completeness", "purity", "iou", "ssim")
    assert {name: one.value for name, one in found.items()} == {name: float(name in ones) for name in found}
    assert all(one.low == one.value == one.high for one in found.values())


def test_statistics_are_those_of_the_known_values():
    pull = np.random.default_rng(1).normal(0.5, 2.0, 20000)
    results = results_of(10000, pull=pull, detected=np.arange(20000) % 4 > 0)
    results.galaxies["pull"][::4] = np.nan  # galaxies without a source
    found = {name: estimate(values) for name, values in draws_of(results, 60).items()}
    assert found["completeness"].value == 0.75
    assert found["pull"].value == pytest.approx(0.5, abs=0.1)
    assert found["pull_width"].value == pytest.approx(2, rel=0.03)
    assert found["pull_width"].low < 2 < found["pull_width"].high


def test_purity_counts_sources():
    results = results_of(100)
    spurious = Results(results.galaxies, np.full(100, 4), np.full(100, 1))
    assert estimate(draws_of(spurious)["purity"]).value == 0.25
    assert np.isnan(estimate(draws_of(Results(results.galaxies, np.zeros(100, int), np.zeros(100, int)))["purity"]).low)


def test_intervals_have_the_width_of_independent_blends():
    """Galaxies of a blend that agree count once: the deviation of a fraction of 0.5 is 0.5 / sqrt(number of blends)."""
    blends = np.random.default_rng(2).random(400) < 0.5
    found = estimate(draws_of(results_of(400, detected=np.repeat(blends, 2).astype(float)), 1000)["completeness"])
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.15)


def test_differences_are_paired():
    shared = np.repeat(np.random.default_rng(3).exponential(1, 400), 2)
    one, other = (draws_of(results_of(400, flux_error=values)) for values in (shared, shared + 0.1))
    more = estimate(other["flux_error"] - one["flux_error"])
    assert (more.low, more.high) == pytest.approx((0.1, 0.1))
    assert rank({"b": other, "a": one}) == ["a", "b"]


def test_bins_hold_their_edges():
    values = np.array([-0.1, 0.0, 0.1, 0.5, 1.0, 1.1, np.nan])
    assert [one.nonzero()[0].tolist() for one in bins_of(values, [0, 0.1, 1])] == [[0, 1], [2, 3, 4]]


def test_scatter_is_the_deviation_of_a_gaussian():
    assert scatter(np.random.default_rng(4).normal(0, 3, 100000)) == pytest.approx(3, rel=0.02)
    assert np.isnan(scatter(np.zeros(0)))
