"""Counts, nearest neighbours, Ripley's K and pair correlation of fields whose layout is known."""

import numpy as np
import pytest

from workflow_scripts.features.layout import NEAR, PAIRS, sums
from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import nearest_neighbour, pair_correlation, ripley_k, source_counts

SHAPE, RADII = (200, 200), np.array([5.0, 10.0, 20.0, 40.0])
COLUMNS = ("area", "n_sources", "n_pairs", "n_nearest", *(f"{kind}{r:.2f}" for kind in (PAIRS, NEAR) for r in RADII))
SECOND = [ripley_k, pair_correlation, nearest_neighbour]


def fields(places):
    return Sample(np.array([sums(one, SHAPE, RADII) for one in places]), np.arange(len(places)), COLUMNS)


def independent(rng, n_fields, mean=30):
    return fields([rng.uniform(0, 199, (rng.poisson(mean), 2)) for _ in range(n_fields)])


def clustered(rng, n_fields):
    """Return as many sources as in independent fields, in groups of about three."""
    centres = [rng.uniform(20, 180, (rng.poisson(10), 2)) for _ in range(n_fields)]
    return fields([np.repeat(c, 3, axis=0) + rng.normal(0, 6, (3 * len(c), 2)) for c in centres])


@pytest.mark.parametrize("module", SECOND, ids=lambda module: module.__name__.split(".")[-1])
def test_clusters_are_distinguished_from_independent_sources_and_numbers_alone_are_not(module):
    rng, metric = np.random.default_rng(1), bind(module, None)
    real, more = independent(rng, 40), independent(rng, 40, mean=45)
    assert permutation_p(real, clustered(rng, 40), metric, 99, rng) == 0.01
    if module is not nearest_neighbour:  # which does depend on the density
        assert permutation_p(real, more, metric, 99, rng) > 0.05


def test_ripleys_k_by_hand():
    """Four times the pairs: twice the radius of a disc that holds them; L / r differs by 1 where K = pi r²."""
    rng = np.random.default_rng(0)
    real = independent(rng, 400)
    values = real.values.copy()
    values[:, 4:8] *= 4
    found = bind(ripley_k, None).between(real, Sample(values, real.group, COLUMNS), rng)
    assert found == pytest.approx(1, abs=0.05)
    found = bind(pair_correlation, None).between(real, Sample(values, real.group, COLUMNS), rng)
    assert found == pytest.approx(1, abs=0.05)


def test_numbers_by_hand():
    one, other = np.zeros((4, len(COLUMNS))), np.zeros((4, len(COLUMNS)))
    one[:, 1], other[:, 1] = [1, 2, 3, 4], [2, 3, 4, 7]
    metric = bind(source_counts, None)
    assert metric.between(*(Sample(v, np.arange(4), COLUMNS) for v in (one, other)), None) == pytest.approx(1.5 / 2.5)


@pytest.mark.parametrize("module", [*SECOND, source_counts], ids=lambda module: module.__name__.split(".")[-1])
def test_empty_fields_are_an_error(module):
    rng = np.random.default_rng(0)
    empty = fields([np.zeros((0, 2))] * 5)
    with pytest.raises(ValueError, match="no source|no field"):
        bind(module, None).between(empty, independent(rng, 5), rng)
