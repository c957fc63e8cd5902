"""Completeness curves of known sources, and the statistics in bins."""

import numpy as np
import pytest

from workflow_scripts.injection.completeness import Curve, estimate, fit_curve, limits_of, without_chance
from workflow_scripts.injection.recovery import bin_rows, surface_brightness

TRUE = Curve(0.95, 24.0, 0.3)


def sources(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    mag = rng.uniform(20, 26, n)
    return mag, rng.random(n) < TRUE(mag)


def test_the_limit_of_a_curve_is_where_it_has_the_level():
    assert [float(TRUE(TRUE.limit(level))) for level in (0.5, 0.9)] == pytest.approx([0.5, 0.9])
    assert np.isnan(TRUE.limit(0.96)), "brighter sources are not recovered more often"


def test_the_curve_of_known_sources_is_found():
    found = fit_curve(*sources())
    assert (found.plateau, found.middle, found.width) == pytest.approx((0.95, 24, 0.3), abs=0.05)


def test_intervals_of_limits_hold_the_truth_and_shrink():
    wide, narrow = (limits_of(*sources(n), 40, np.random.default_rng(1))[1][0.5] for n in (400, 6000))
    for value, low, high in (wide, narrow):
        assert low <= value <= high
        assert low - 0.03 < TRUE.limit(0.5) < high + 0.03
    assert wide[2] - wide[1] > 2 * (narrow[2] - narrow[1])


def test_a_level_that_is_hardly_reached_has_no_bright_end():
    curves = [Curve(plateau, 24.0, 0.3) for plateau in (0.89, 0.91, 0.92)]
    value, low, high = estimate(Curve(0.91, 24.0, 0.3), curves, 0.9)
    assert np.isnan(low)
    assert value < high == pytest.approx(Curve(0.92, 24.0, 0.3).limit(0.9))
    assert np.isnan(estimate(curves[0], curves, 0.9)).all(), "without a value there is no interval"


@pytest.mark.parametrize("recovered", [np.zeros(9, bool), np.ones(9, bool)])
def test_without_a_transition_there_is_no_limit(recovered):
    curve, limits = limits_of(np.linspace(20, 26, 9), recovered, 5, np.random.default_rng(0))
    assert curve is None
    assert np.isnan(limits[0.5]).all()


def test_chance_matches_are_subtracted():
    assert without_chance(0.55, 0.1) == pytest.approx(0.5)
    assert without_chance(0.1, 0.1) == 0
    assert np.isnan(without_chance(1.0, 1.0))


def test_surface_brightness_is_that_of_the_half_light_ellipse():
    truth = {"mag": np.array([20.0, 20.0]), "half_light_radius": np.array([2.0, 0.0]), "axis_ratio": np.array([0.5, 1])}
    found = surface_brightness(truth)
    assert found[0] == pytest.approx(20 + 2.5 * np.log10(2 * np.pi * 2**2 * 0.5))
    assert np.isnan(found[1])


def test_bins_have_equal_numbers_and_leave_out_what_does_not_vary():
    n = 60
    table = dict.fromkeys(("half_light_radius", "offset", "chance"), np.zeros(n))
    table |= dict.fromkeys(("surface_brightness", "neighbour", "pull"), np.full(n, np.nan))
    table |= {"mag": np.linspace(20, 26, n), "recovered": (np.arange(n) < 30).astype(int), "flux_bias": np.ones(n)}
    rows = list(bin_rows(table, 6))
    assert [row["by"] for row in rows] == ["all"] + ["mag"] * 6
    assert [row["n"] for row in rows] == [60] + [10] * 6
    assert [row["completeness"] for row in rows] == [0.5, 1, 1, 1, 0, 0, 0]
    assert rows[0]["completeness_low"] < 0.5 < rows[0]["completeness_high"]
