"""Memorised and duplicated images are found, however they are turned; unseen and different ones are not."""

import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import duplicates, memorisation
from workflow_scripts.metrics._copies import distances

SIDE = 4


def images(rng, n):
    return rng.normal(size=(n, SIDE**2))


def sample(values):
    return Sample(values, np.arange(len(values)))


def turned(values, rng):
    square = values.reshape(-1, SIDE, SIDE)
    return np.array([np.rot90(one, rng.integers(4))[:: rng.choice([-1, 1])].ravel() for one in square])


def test_distances_are_the_least_of_eight():
    rng = np.random.default_rng(0)
    one, other = images(rng, 5), images(rng, 7)
    expected = [
        min(
            np.linalg.norm(np.rot90(m, turns).ravel() - b)
            for m in (a.reshape(SIDE, SIDE), a.reshape(SIDE, SIDE).T)
            for turns in range(4)
        )
        for a in one
        for b in other
    ]
    assert distances(one, other).ravel() == pytest.approx(expected)
    assert np.diag(distances(one, turned(one, rng))) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="square"):
        distances(one[:, :15], other[:, :15])


@pytest.mark.parametrize("n_train", [30, 60, 130])
def test_memorised_images_are_found_and_unseen_ones_are_not(n_train):
    rng = np.random.default_rng(1)
    train, real, fresh = sample(images(rng, n_train)), sample(images(rng, 60)), sample(images(rng, 60))
    metric = bind(memorisation, memorisation.Options(), train)
    assert metric.between(real, fresh, rng) == pytest.approx(n_train / (n_train + 60), abs=0.2)
    few = fresh.values.copy()
    few[::6] = turned(train.values[rng.integers(n_train, size=10)], rng)
    copies = bind(memorisation, memorisation.Options(within=0.5), train)
    assert permutation_p(real, sample(few), copies, 99, rng) == 0.01
    assert permutation_p(real, fresh, metric, 99, rng) > 0.05


@pytest.mark.parametrize("n_train", [40, 240])
def test_a_copy_of_the_training_set_is_as_bad_as_can_be(n_train):
    rng = np.random.default_rng(0)
    train, real = sample(images(rng, n_train)), sample(images(rng, 40))
    metric = bind(memorisation, memorisation.Options(), train)
    assert metric.between(real, train.take(np.arange(40)), rng) == 1
    assert permutation_p(real, train, metric, 99, rng) <= 0.05


def test_duplicates_are_found_and_a_field_drawn_twice_is_none():
    rng, metric = np.random.default_rng(0), bind(duplicates, None)
    real, fresh = sample(images(rng, 60)), sample(images(rng, 60))
    half = np.concatenate([fresh.values[:30], turned(fresh.values[:30], rng)])
    assert metric.between(real, sample(half), rng) == 1
    assert permutation_p(real, sample(half), metric, 99, rng) == 0.01
    assert metric.between(real, fresh, rng) == pytest.approx(0.5, abs=0.2)
    pool = metric.prepare(sample(images(rng, 4)), rng)
    assert np.isfinite(duplicates.nearest(pool.take([0, 0, 1]))).all()
    assert (duplicates.nearest(pool.take([0, 0, 1])) > 0).all()
    with pytest.raises(ValueError, match="at least 2"):
        duplicates.nearest(pool.take([0, 0]))
