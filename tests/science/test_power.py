"""The power stated for the permutation test, against its rejection rate with fields that are drawn anew."""

import numpy as np
import pytest

from workflow_scripts.judging.metric import bind
from workflow_scripts.judging.permutation import permutation_p
from workflow_scripts.judging.power import run_trials
from workflow_scripts.judging.sample import Sample
from workflow_scripts.judging.verdict import LEVEL
from workflow_scripts.metrics import classifier_two_sample, power_spectrum_distance, sliced_wasserstein
from workflow_scripts.settings.plugins import options_of

N_FIELDS, N_TILES, N_FEATURES, N_PAIRS, N_SETS = 41, 4, 6, 60, 6
METRICS = (classifier_two_sample, power_spectrum_distance, sliced_wasserstein)


def draw(shift, rng):
    """Return fields whose tiles are alike, their first feature shifted."""
    field = 0.5 * rng.normal(size=(N_FIELDS, 1, N_FEATURES))
    values = field + rng.normal(size=(N_FIELDS, N_TILES, N_FEATURES))
    values[..., 0] += shift
    return Sample(values.reshape(-1, N_FEATURES), np.repeat(np.arange(N_FIELDS), N_TILES))


def shifted(sample, shift):
    """Return the same fields, their first feature shifted."""
    return Sample(sample.values + shift * np.eye(N_FEATURES)[0], sample.group)


@pytest.mark.parametrize("module", METRICS, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_stated_power_is_the_rejection_rate_of_the_permutation_test(module, shift):
    rng, metric = np.random.default_rng(0), bind(module, options_of(module, {}))
    rejected = [permutation_p(draw(0, rng), draw(shift, rng), metric, 99, rng) <= LEVEL for _ in range(N_PAIRS)]
    fields = [draw(0, rng) for _ in range(N_SETS)]
    stated = [run_trials(one, shifted(one, shift), metric, rng) for one in fields]
    error = np.hypot(np.sqrt(0.25 / N_PAIRS), np.std(stated) / np.sqrt(N_SETS)) if shift else 0.02
    assert np.mean(stated) == pytest.approx(np.mean(rejected) if shift else LEVEL, abs=3 * error)
