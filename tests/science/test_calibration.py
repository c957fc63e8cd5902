"""The calibration in small: real fields are seldom called outside the null, known damages are found."""

import calibrate
import numpy as np
import pytest
from known_fields import OPTIONS, draw, measure, metric_of
from scipy.stats import binom

from workflow_scripts.datasets import simulated_fields
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.judging.permutation import permutation_p

N = 40


def test_undamaged_fields_are_those_of_the_data_set():
    for item in range(5):
        assert np.array_equal(draw(item), simulated_fields.draw(item, OPTIONS)[0])


def test_real_pairs_are_outside_as_seldom_as_they_should(monkeypatch):
    monkeypatch.setattr(calibrate, "PAIRS", 8)
    monkeypatch.setattr(calibrate, "N_TRAIN", 12)
    monkeypatch.setattr(calibrate, "N_DRAWS", 19)
    monkeypatch.setitem(calibrate.RATES, "quick", (calibrate.QUICK, 8, 10))
    found = calibrate.outside("quick", 0)
    assert set(found) == set(calibrate.QUICK)
    for p in found.values():
        assert (np.array(p) <= 0.05).sum() <= binom.ppf(0.9999, 8, 0.05)
    assert 0.3 < np.mean(list(found.values())) < 0.7


@pytest.fixture(scope="module")
def real():
    return measure(calibrate.fields("power", 0, N), calibrate.QUICK)


@pytest.mark.parametrize(
    ("damage", "strength", "metric"),
    [("moved", 1.0, "pair_correlation"), ("fluxes", 1.0, "fluxes"), ("blur", 0.2, "spectrum_mahalanobis")],
)
def test_a_damage_is_found_by_the_metric_made_for_it(real, damage, strength, metric):
    damaged = measure(calibrate.fields("power", N, N, damage, strength), [metric])
    feature = calibrate.feature_of(metric)
    rng = np.random.default_rng(0)
    assert permutation_p(real[feature], damaged[feature], metric_of(metric, real), 99, rng) <= 0.05


def test_half_of_the_images_duplicated_are_found(real):
    rng, sample = np.random.default_rng(0), real["thumbnail"]
    one, other = calibrate.part(sample, 0, N // 2), calibrate.part(sample, N // 2, N)
    half = calibrate.partly(other, other, N // 4)
    assert len(half.groups) == N // 2
    assert permutation_p(one, half, metric_of("duplicates", real), 99, rng) == 0.01


def test_the_table_says_where_a_rate_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setattr(calibrate, "STATE", tmp_path)
    monkeypatch.setattr(calibrate, "TABLE", tmp_path / "table.md")
    rng = np.random.default_rng(0)
    for path, function, arguments in calibrate.jobs():
        if function is calibrate.power:
            write_json(path, dict.fromkeys(calibrate.DAMAGES[arguments[0]][0], arguments[1]))
        else:
            metrics = calibrate.RATES[arguments[0]][0]
            write_json(path, {name: rng.random(calibrate.PAIRS).tolist() for name in metrics})
    assert calibrate.write_table()
    text = (tmp_path / "table.md").read_text()
    assert "| `ripley_k` | 40 | 1000 |" in text
    assert "0.5: 50%, 1: 100% | 1 |" in text
    for path, function, arguments in calibrate.jobs():
        if function is calibrate.outside:
            write_json(path, {name: [0.04] * calibrate.PAIRS for name in calibrate.RATES[arguments[0]][0]})
    assert not calibrate.write_table()
    assert "100.0% | 2.9% to 7.4% | **no** |" in (tmp_path / "table.md").read_text()
