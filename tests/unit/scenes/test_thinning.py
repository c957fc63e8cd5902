"""Blended sources, found by trees: bit for bit what comparing every source with every other one gives."""

import numpy as np
import pytest

from workflow_scripts.scenes.thinning import blended_pairs, normalised_separations, thin_blended


def all_distances(positions):
    return np.hypot(*(positions[:, None] - positions).transpose(2, 0, 1))


def separations_of_all(positions, radii):
    apart = all_distances(positions) / (radii[:, None] + radii)
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def thin_one_by_one(rng, positions, radii):
    near = all_distances(positions) < radii[:, None] + radii
    kept, rank = np.ones(len(positions), bool), rng.exponential(size=len(positions)) / np.maximum(radii, 1e-6) ** 2
    for row in np.argsort(rank):
        kept[row] = not (near[row] & kept & (rank < rank[row])).any()
    return kept


def scenes():
    """Yield fields of all kinds: radii of five decades, sources in one place, few of them, and none."""
    rng = np.random.default_rng(0)
    for n in (0, 1, 2, 3, 10, 100, 600):
        positions = rng.uniform(0, 200, (n, 2))
        yield positions, np.full(n, 3.0)
        yield positions, 10 ** rng.uniform(-3, 2, n)
        yield np.round(positions / 20) * 20, rng.uniform(0.5, 12, n)
        yield positions * [1, 0], rng.choice([0.1, 60.0], n)


@pytest.mark.parametrize(("positions", "radii"), list(scenes()))
def test_trees_find_what_all_pairs_show(positions, radii):
    near = np.triu(all_distances(positions) < radii[:, None] + radii, 1)
    found = np.zeros_like(near)
    first, second = blended_pairs(positions, radii)
    found[np.minimum(first, second), np.maximum(first, second)] = True
    assert len(first) == near.sum()
    np.testing.assert_array_equal(found, near)
    if len(positions) > 1:
        np.testing.assert_array_equal(normalised_separations(positions, radii), separations_of_all(positions, radii))
    kept = (draw(np.random.default_rng(7), positions, radii) for draw in (thin_blended, thin_one_by_one))
    np.testing.assert_array_equal(*kept)


def test_sources_without_extent_are_never_blended():
    positions = np.random.default_rng(0).uniform(0, 5, (50, 2))
    assert thin_blended(np.random.default_rng(1), positions, np.zeros(50)).all()
