import numpy as np
import pytest

from workflow_scripts.blending.baseline import match, nearest_neighbour, summarise


def test_as_many_pairs_as_there_can_be_then_the_nearest():
    true = np.array([[0.0, 0.0], [2.0, 0.0]])
    # the nearest to galaxy 0 is also the only one that galaxy 1 can have
    assert match(np.array([[0.5, 0.0], [-1.2, 0.0]]), true, 1.6).tolist() == [1, 0]
    assert match(np.array([[0.1, 0.0], [2.1, 0.0]]), true, 3).tolist() == [0, 1]


def test_nothing_is_matched_beyond_the_radius_or_twice():
    true = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert match(np.array([[9.0, 9.0]]), true, 3).tolist() == [-1, -1]
    assert sorted(match(np.array([[0.4, 0.0]]), true, 3).tolist()) == [-1, 0]
    assert match(np.zeros((0, 2)), true, 3).tolist() == [-1, -1]


def test_nearest_neighbour():
    assert nearest_neighbour(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])) == pytest.approx([5, 1, 1])
    assert np.isnan(nearest_neighbour(np.zeros((1, 2)))).all()


def summary_of(n=400, detected=0.75, **more):
    galaxies = {
        "blend": np.repeat(np.arange(n // 2), 2),
        "detected": np.arange(n) % 4 < 4 * detected,
        "blendedness": np.where(np.arange(n) % 2, 0.05, 0.3),
    }
    galaxies["flux_bias"] = np.where(galaxies["detected"], 0.1 + 0.02 * ((np.arange(n) // 4) % 3 - 1), np.nan)
    spurious = np.arange(n // 2) % 2
    return summarise(galaxies | more, spurious, [0, 0.1, 0.5], 100, np.random.default_rng(0))


def test_shares_and_medians_of_a_known_set():
    summary = summary_of()
    assert summary["completeness"][0] == 0.75
    assert summary["purity"][0] == 300 / 400
    assert summary["flux_bias"][0] == pytest.approx(0.1)
    assert summary["flux_scatter"][0] == pytest.approx(1.4826 * 0.02)
    assert [row["n"] for row in summary["bins"]] == [200, 200]
    assert [row["completeness"][0] for row in summary["bins"]] == [0.5, 1.0]


def test_intervals_hold_the_value_and_shrink_with_the_set():
    few, many = summary_of(40), summary_of(4000)
    for one in (few, many):
        value, low, high = one["purity"]
        assert low < value < high
    assert few["purity"][2] - few["purity"][1] > 4 * (many["purity"][2] - many["purity"][1])


def test_what_is_unknown_is_none():
    summary = summary_of(detected=0)
    assert summary["completeness"][0] == 0
    assert summary["flux_bias"] == [None, None, None]
    assert summary_of(blendedness=np.full(400, np.nan))["bins"][0]["n"] == 0


def test_noise_below_zero_and_the_upper_edge_are_in_a_bin():
    blendedness = np.where(np.arange(400) % 2, -0.01, 0.5)
    assert [row["n"] for row in summary_of(blendedness=blendedness)["bins"]] == [200, 200]
