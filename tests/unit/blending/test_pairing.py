import numpy as np
import pytest
from scipy.stats import chisquare

from workflow_scripts.blending.pairing import PairChooser, draw_shift, separation_range


@pytest.fixture
def magnitude():
    return np.array([24.0, 20.1, 22.0, 20.0, 21.9, 26.5, 22.1, 24.0])


def admissible(magnitude, limit):
    n = len(magnitude)
    return {
        (i, j) for i in range(n) for j in range(n) if i != j and abs(magnitude[i] - magnitude[j]) < limit
    }  # by definition


@pytest.mark.parametrize("limit", [0.05, 2.0, 2.45, 100.0])
def test_all_admissible_pairs_come_equally_often_and_no_other(magnitude, limit):
    chooser, rng = PairChooser(magnitude, limit), np.random.default_rng(0)
    pairs = [chooser.draw(rng) for _ in range(6000)]
    expected = admissible(magnitude, limit)
    names, counts = np.unique(pairs, axis=0, return_counts=True)
    assert {tuple(pair) for pair in names.tolist()} == expected
    assert chisquare(counts).pvalue > 1e-3


def test_the_limit_itself_is_not_admitted():
    chooser, rng = PairChooser(np.array([20.0, 22.0, 23.0]), 2.0), np.random.default_rng(0)
    assert {frozenset(chooser.draw(rng)) for _ in range(100)} == {frozenset({1, 2})}


@pytest.mark.parametrize("magnitude", [[], [20.0], [20.0, 23.0, 26.0]])
def test_no_pair_is_an_error_and_no_endless_search(magnitude):
    with pytest.raises(ValueError, match="raise max_mag_difference"):
        PairChooser(np.array(magnitude), 2.0)


@pytest.mark.parametrize(
    ("radii", "limit", "size", "expected"),
    [
        ((5.0, 3.0), 4.0, 128, (5.0, 12.0)),
        ((5.0, 30.0), 4.0, 128, (16.0, 20.0)),  # empty: 0.8 of the upper end
        ((20.0, 30.0), 4.0, 128, (30.0, 64.0)),  # half a stamp
    ],
)
def test_separations_are_between_the_larger_radius_and_the_limit(radii, limit, size, expected):
    assert separation_range(np.array(radii), limit, size) == pytest.approx(expected)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.2), (2.4, 6.0), (5.0, 12.0), (51.2, 64.0)])
def test_shifts_lie_within_their_limits(low, high):
    rng = np.random.default_rng(0)
    lengths = [np.hypot(*draw_shift(low, high, rng)) for _ in range(300)]
    assert min(lengths) >= low
    assert max(lengths) <= high


def test_lengths_and_directions_of_shifts_are_about_uniform():
    rng = np.random.default_rng(0)
    x, y = np.array([draw_shift(10.0, 50.0, rng) for _ in range(3000)]).T
    assert chisquare(np.histogram(np.hypot(x, y), 8, (10, 50))[0]).pvalue > 1e-3
    assert chisquare(np.histogram(np.arctan2(y, x), 8, (-np.pi, np.pi))[0]).pvalue > 1e-3


def test_where_no_pixel_lies_between_the_limits_the_shift_is_near_them():
    rng = np.random.default_rng(0)
    assert all(abs(np.hypot(*draw_shift(1.1, 1.3, rng)) - 1.2) <= 0.75 for _ in range(50))
