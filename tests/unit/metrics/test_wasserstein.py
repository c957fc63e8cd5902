import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import sliced_wasserstein, wasserstein_over_iqr


def sample(values):
    return Sample(values, np.arange(len(values)))


def between(module, a, b, options, rng):
    return bind(module, options).between(a, b, rng)


def test_a_shift_is_its_own_distance():
    rng = np.random.default_rng(0)
    values = rng.uniform(size=(400, 3)) * [1, 10, 100]
    iqr = np.subtract(*np.quantile(values, [0.75, 0.25], axis=0))
    options = wasserstein_over_iqr.Options()
    assert between(wasserstein_over_iqr, sample(values), sample(values + 0.5 * iqr), options, rng) == pytest.approx(0.5)
    assert between(wasserstein_over_iqr, sample(values), sample(values), options, rng) == 0


def test_a_feature_that_never_differs_is_left_out_and_such_alone_are_refused():
    values, options = np.random.default_rng(0).normal(size=(20, 2)), wasserstein_over_iqr.Options()
    values[:, 1] = 4
    alone = [sample(values[:, :1] + shift) for shift in (0, 1)]
    both = [sample(values + [shift, 0]) for shift in (0, 1)]
    pairs = [between(wasserstein_over_iqr, *pair, options, None) for pair in (alone, both)]
    assert pairs[0] == pairs[1] > 0
    with pytest.raises(ValueError, match="the same in all images"):
        between(wasserstein_over_iqr, sample(values[:, 1:]), sample(values[:, 1:]), options, None)


def test_sliced_distance_of_a_shift_in_one_dimension_and_in_many():
    rng = np.random.default_rng(0)
    for k in (1, 12):
        values = rng.normal(size=(300, k))
        shift = np.zeros(k)
        shift[0] = 2.0  # in a pool of both, whose deviation it widens
        seen = between(
            sliced_wasserstein,
            sample(values),
            sample(values + shift * values.std(axis=0)),
            sliced_wasserstein.Options(directions=4000),
            rng,
        )
        # E|cos| of a random direction in k dimensions, by its density (1 - c²)^((k - 3) / 2)
        c = np.cos(np.linspace(0, np.pi, 20001))
        weight = np.sin(np.linspace(0, np.pi, 20001)) ** (k - 2) if k > 1 else 1 * (abs(c) == 1)
        assert seen == pytest.approx(2 / 2**0.5 * (abs(c) * weight).sum() / weight.sum(), rel=0.02)


def test_sides_of_unequal_size_and_constant_features():
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=4000), np.ones(4000)])
    options = sliced_wasserstein.Options()
    assert between(sliced_wasserstein, sample(values), sample(values[:2000]), options, rng) < 0.06


def test_features_are_chosen_by_name():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(200, 2))
    pair = [Sample(values + shift, np.arange(200), ("flux", "size")) for shift in ([0, 0], [0, 9])]
    options = wasserstein_over_iqr.Options
    assert between(wasserstein_over_iqr, *pair, options(columns=["flux"]), rng) == 0
    assert between(wasserstein_over_iqr, *pair, options(columns=["size"]), rng) > 1
    with pytest.raises(ValueError, match=r"columns \['mass'\]: the features are \['flux', 'size'\]"):
        between(wasserstein_over_iqr, *pair, options(columns=["mass"]), rng)


def test_a_feature_that_half_of_the_images_agree_on_is_measured_by_its_deviation():
    values, options = np.repeat([0.0, 1.0], [80, 20])[:, None], wasserstein_over_iqr.Options()
    found = between(wasserstein_over_iqr, sample(values), sample(values + 0.4), options, None)
    assert found == pytest.approx(0.4 / np.sqrt(0.4**2 + 0.2**2))  # the deviations of 0.4 in each, and of their means
