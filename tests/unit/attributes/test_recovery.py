"""Requested against measured attributes: known answers."""

import numpy as np
import pytest

from workflow_scripts.attributes.recovery import Recovery, agreement


def test_perfect_constant_and_shifted_answers():
    requested = np.array([1.0, 2.0, 3.0, 4.0])
    assert agreement(requested, requested) == {"r2": 1.0, "bias": 0.0, "scatter": 0.0, "n": 4}
    assert agreement(requested, np.full(4, 2.5))["r2"] == 0
    shifted = agreement(requested, requested + 1)
    assert shifted["r2"] == pytest.approx(1 - 4 / 5)
    assert (shifted["bias"], shifted["scatter"]) == (1, 0)


def test_noise_gives_the_r2_of_its_variance():
    rng = np.random.default_rng(0)
    requested = rng.normal(0, 2, 20000)
    assert agreement(requested, requested + rng.normal(0, 1, 20000))["r2"] == pytest.approx(0.75, abs=0.01)


def test_nothing_to_compare_is_not_a_number():
    assert np.isnan(agreement(np.ones(3), np.ones(3))["r2"])
    assert np.isnan(agreement(np.zeros(0), np.zeros(0))["r2"])


def test_mergers_are_left_out_of_shapes_and_flux_is_in_decades():
    requested = {"flux": np.array([1.0, 10.0, 100.0]), "axis_ratio": np.array([0.2, 0.4, 0.9])}
    measured = {"flux": 10 * requested["flux"], "axis_ratio": np.array([0.2, 0.4, 0.1])}
    rows = {row["attribute"]: row for row in Recovery(requested, measured, np.array([False, False, True])).scores()}
    assert rows["flux"]["bias"] == pytest.approx(1)
    assert (rows["axis_ratio"]["r2"], rows["axis_ratio"]["n"]) == (1, 2)
    assert set(rows) == {"flux", "axis_ratio"}


def test_a_flux_below_zero_counts_as_very_faint():
    found = Recovery({"flux": np.array([1.0, 10.0])}, {"flux": np.array([-5.0, 10.0])}, np.array([False, False]))
    assert found.scores()[0]["bias"] == pytest.approx(-1.5)


def test_what_was_not_measured_is_not_compared():
    found = Recovery(
        {"flux": np.ones(2), "axis_ratio": np.array([0.2, 0.8])}, {"axis_ratio": np.ones(2)}, np.zeros(2, bool)
    )
    assert list(found.pairs()) == ["axis_ratio"]
