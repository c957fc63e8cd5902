import numpy as np
import pytest
from scipy.stats import chisquare

from workflow_scripts.blending.pairing import MemberChooser, ShiftChooser, separation_range, uniform_shifts


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
    pairs = MemberChooser(magnitude, limit).draw(np.full(6000, 2), 2, np.random.default_rng(0))
    names, counts = np.unique(pairs, axis=0, return_counts=True)
    assert {tuple(pair) for pair in names.tolist()} == admissible(magnitude, limit)
    assert chisquare(counts).pvalue > 1e-3


def test_the_limit_itself_is_not_admitted():
    pairs = MemberChooser(np.array([20.0, 22.0, 23.0]), 2.0).draw(np.full(100, 2), 2, np.random.default_rng(0))
    assert {frozenset(pair) for pair in pairs.tolist()} == {frozenset({1, 2})}


@pytest.mark.parametrize("magnitude", [[], [20.0], [20.0, 23.0, 26.0]])
def test_no_pair_is_an_error_and_no_endless_search(magnitude):
    with pytest.raises(ValueError, match="raise max_mag_difference"):
        MemberChooser(np.array(magnitude), 2.0)


def test_more_galaxies_are_all_different_and_all_partners_of_the_first(magnitude):
    counts = np.random.default_rng(1).integers(1, 6, 4000)
    members = MemberChooser(magnitude, 2.45).draw(counts, 5, np.random.default_rng(0))
    np.testing.assert_array_equal((members >= 0).sum(axis=1), counts)
    for count, row in zip(counts, members, strict=True):
        assert (row[count:] == -1).all()
        assert len(set(row[:count])) == count
        assert (np.abs(magnitude[row[1:count]] - magnitude[row[0]]) < 2.45).all()


def test_partners_come_equally_often_in_every_place():
    members = MemberChooser(np.zeros(6), 1).draw(np.full(12000, 4), 4, np.random.default_rng(0))
    for place in members.T:
        assert chisquare(np.bincount(place)).pvalue > 1e-3


def test_more_galaxies_than_any_has_partners_is_an_error(magnitude):
    with pytest.raises(ValueError, match="a blend of 7 galaxies needs 6 partners within 2.0 mag; of 8 galaxies none"):
        MemberChooser(magnitude, 2.0).draw(np.array([7]), 7, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("radii", "limit", "size", "expected"),
    [
        ((5.0, 3.0), 4.0, 128, (5.0, 12.0)),
        ((5.0, 30.0), 4.0, 128, (16.0, 20.0)),  # empty: 0.8 of the upper end
        ((20.0, 30.0), 4.0, 128, (30.0, 64.0)),  # half a stamp
    ],
)
def test_separations_are_between_the_larger_radius_and_the_limit(radii, limit, size, expected):
    assert separation_range(*np.array(radii)[:, None], limit, size) == pytest.approx(expected)


def shifts(low, high, n, *, subpixel=False, reach=64):
    limits = np.full(n, low), np.full(n, high)
    return ShiftChooser(reach, subpixel).draw(*limits, np.random.default_rng(0))


@pytest.mark.parametrize("subpixel", [False, True])
@pytest.mark.parametrize(("low", "high"), [(1.0, 1.2), (2.4, 6.0), (5.0, 12.0), (51.2, 64.0)])
def test_shifts_lie_within_their_limits(low, high, subpixel):
    drawn = shifts(low, high, 300, subpixel=subpixel)
    lengths = np.hypot(*drawn.T)
    assert lengths.min() >= low - 1e-4
    assert lengths.max() <= high + 1e-4
    assert (drawn % 1 == 0).all() != subpixel


@pytest.mark.parametrize("subpixel", [False, True])
def test_lengths_and_directions_of_shifts_are_about_uniform(subpixel):
    x, y = shifts(10.0, 50.0, 3000, subpixel=subpixel).T
    assert chisquare(np.histogram(np.hypot(x, y), 8, (10, 50.0001))[0]).pvalue > 1e-3
    assert chisquare(np.histogram(np.arctan2(y, x), 8, (-np.pi, np.pi))[0]).pvalue > 1e-3


def test_where_no_pixel_lies_between_the_limits_the_shift_is_near_them():
    lengths = np.hypot(*shifts(1.1, 1.3, 50).T)
    assert (np.abs(lengths - 1.2) <= 0.75).all()


@pytest.mark.parametrize("size", [(32, 32), (31, 33)])
def test_positions_anywhere_in_a_stamp_are_uniform(size):
    x, y = uniform_shifts(20000, size, False, np.random.default_rng(0)).T
    for shift, side in ((x, size[1]), (y, size[0])):
        values, counts = np.unique(shift + side // 2, return_counts=True)
        np.testing.assert_array_equal(values, np.arange(side))
        assert chisquare(counts).pvalue > 1e-3
