import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample, pool_samples
from workflow_scripts.metrics import classifier_two_sample
from workflow_scripts.metrics.classifier_two_sample import Options, area_under_curve, assign_folds


def sample(rng, n_fields, tiles=2, shift=0.0, spread=0.0):
    group = np.repeat(np.arange(n_fields), tiles)
    return Sample(rng.normal(shift, 1, (len(group), 3)) + spread * rng.normal(size=(n_fields, 3))[group], group)


def measure(real, generated, options, rng):
    return bind(classifier_two_sample, options).between(real, generated, rng)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [([0.1, 0.2, 0.8, 0.9], 1), ([0.9, 0.8, 0.2, 0.1], 0), ([5, 5, 5, 5], 0.5), ([0.1, 0.5, 0.3, 0.9], 0.75)],
)
def test_area_under_the_curve_by_hand(judged, expected):
    assert area_under_curve(np.array(judged[:2]), np.array(judged[2:])) == expected


def test_the_same_population_cannot_be_distinguished_and_a_far_one_can():
    rng = np.random.default_rng(0)
    same = [measure(sample(rng, 30), sample(rng, 30), Options(), rng) for _ in range(20)]
    assert np.mean(same) == pytest.approx(0.5, abs=0.05)
    assert measure(sample(rng, 30), sample(rng, 30, shift=4), Options(), rng) > 0.99


def test_a_width_is_seen_like_a_shift():
    rng = np.random.default_rng(0)
    real, wide = sample(rng, 200), sample(rng, 200)
    assert measure(real, Sample(2 * wide.values, wide.group), Options(), rng) > 0.75


def test_a_field_lies_in_one_fold():
    group = np.repeat([5, 9, 2, 7, 1], [1, 4, 2, 3, 6])
    fold = assign_folds(group, 3, np.random.default_rng(0))
    for name in np.unique(group):
        assert len(set(fold[group == name])) == 1
    assert sorted(np.bincount([fold[group == name][0] for name in np.unique(group)])) == [1, 2, 2]


def test_tiles_of_one_field_never_help_to_judge_each_other():
    """Tiles are copies of their field: whoever has seen one knows the others. Cross-fitted by field, AUC is 1/2."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(20):
        many = [sample(rng, 12, tiles=20, spread=50.0) for _ in range(2)]
        values.append(measure(*many, Options(shrinkage=0.001), rng))
    assert np.mean(values) < 0.6


def test_a_single_field_is_an_error():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="1 real and 5 generated blocks .* at least 2 of each"):
        measure(sample(rng, 1), sample(rng, 5), Options(), rng)


def test_what_it_rests_on_by_hand():
    """Two independent features that are 1 apart, one that is not, one that is wider.

    Without one of the two, what remains is 1 apart with a variance of 1 and, of the exchanged one, 1 + 1/4:
    1/1.5 of what was sqrt(2).
    """
    rng, options = np.random.default_rng(0), Options(shrinkage=1e-6)
    real, other = (rng.normal(size=(4000, 3)) for _ in range(2))
    pools = [classifier_two_sample.prepare(sample_of(real, other + shift), options, rng) for shift in ([1, 1, 0],)]
    found = [classifier_two_sample.explain(*sides_of(pool), options, rng) for pool in pools]
    assert found[0] == pytest.approx([0.53, 0.53, 0], abs=0.03)
    alike = classifier_two_sample.prepare(sample_of(np.ones((9, 3)), np.ones((9, 3)) + [1, 0, 0]), options, rng)
    assert classifier_two_sample.explain(*sides_of(alike), options, rng) == pytest.approx([1, 0, 0])
    wider = classifier_two_sample.prepare(sample_of(real, other * [1, 1, 3]), options, rng)
    assert classifier_two_sample.explain(*sides_of(wider), options, rng) == pytest.approx([0, 0, 1], abs=0.03)


def sample_of(real, generated):
    return pool_samples([Sample(values, np.arange(len(values))) for values in (real, generated)])


def sides_of(pool):
    half = len(pool.groups) // 2
    return pool.take(pool.groups[:half]), pool.take(pool.groups[half:])
