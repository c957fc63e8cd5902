"""The test for clustering: how often independent sources pass for clustered ones, and clustered ones are seen."""

from dataclasses import replace

import numpy as np
from scipy.stats import binom

from workflow_scripts.scenes.clustering import LEVEL, clustering_p_value
from workflow_scripts.scenes.pairs import affordable_fractions, corrected_pairs, estimate_pairs
from workflow_scripts.scenes.point_process import ThomasProcess, draw_positions

SHAPE = (64, 64)
SIDES, RADII = np.array([64.0, 64.0]), np.geomspace(4, 0.3 * 64, 12)
INDEPENDENT = ThomasProcess(n_sources=4.2, field_spread=0.0, members=0.0, width=1.0)


def found(law, n_data_sets, n_fields=40, first=0):
    """Return the share of data sets of a law that pass for clustered."""
    p_values = []
    for number in range(first, first + n_data_sets):
        rng = np.random.default_rng([5, number])
        fields = [draw_positions(rng, law, SHAPE) for _ in range(n_fields)]
        p_values.append(clustering_p_value(fields, SIDES, RADII, rng))
    return np.mean(np.array(p_values) <= LEVEL)


def test_independent_sources_pass_for_clustered_as_rarely_as_the_level_says():
    n = 200
    assert found(INDEPENDENT, n) * n <= binom.ppf(0.999, n, LEVEL)


def test_fields_of_different_richness_are_not_clustered():
    n = 100
    assert found(replace(INDEPENDENT, field_spread=0.8), n) * n <= binom.ppf(0.999, n, LEVEL)


def test_clusters_are_found():
    assert found(replace(INDEPENDENT, members=1.0, width=4.0), 30) > 0.9


def test_pairs_of_a_crowded_field_are_estimated_from_a_share_of_its_sources():
    rng = np.random.default_rng(0)
    crowded = replace(INDEPENDENT, n_sources=4000, members=4.0, width=3.0)
    positions = draw_positions(rng, crowded, SHAPE)
    exact, shares = (
        corrected_pairs(positions, SIDES, RADII),
        affordable_fractions([len(positions)], SIDES, RADII, 20_000),
    )
    assert shares[0] > 2 * shares[-1]
    found = [estimate_pairs(positions, SIDES, RADII, shares, rng) for _ in range(10)]
    np.testing.assert_allclose(np.mean(found, axis=0), exact, rtol=0.01)
