import numpy as np
import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.metric import Metric
from workflow_scripts.judging.power import FRACTIONS, Power, find_power, read_ladder, read_power, write_power
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import Sample

DISTANCE = Metric(lambda a, b, rng: float(abs(a.values.mean() - b.values.mean())))


def sample(values):
    return Sample(values[:, None], np.arange(len(values)))


def test_a_large_damage_is_found_sooner_than_a_small_one():
    rng = np.random.default_rng(0)
    real, damage = rng.normal(size=60), np.full(60, 0.5)
    powers = [find_power(sample(real), sample(real + shift), damage, DISTANCE, rng) for shift in (0.0, 1.5, 50.0)]
    none, some, strong = (Power("a", power).smallest_damage for power in powers)
    assert none == np.inf
    assert strong <= 0.1 < some < np.inf
    assert [d for d, _ in powers[0]] == pytest.approx(
        [0.5 * np.ceil(fraction * 60) / 60 for fraction in FRACTIONS], abs=0.03
    )  # half damaged by 0.5 each: the mean over the fields
    assert np.mean([share for _, share in powers[0]]) < 0.2


def test_fields_meet_their_own_copies():
    """Copies are as large as their fields, in another order of fields: damage and values still belong together."""
    rng = np.random.default_rng(0)
    real = Sample(np.zeros((20, 1)), np.arange(100, 120))
    ladder = Sample(np.arange(15.0)[:, None], np.arange(102, 117))
    seen = []

    def watch(a, b, rng):
        seen.append(b.values.sum())
        return b.values.sum()

    power = find_power(real, ladder, np.arange(15.0), Metric(watch), rng)
    assert max(seen) <= sum(range(15))
    assert power[-1][0] == pytest.approx(np.mean(seen[-50:]) / 7)  # 7 of 15 fields in each half


def test_too_few_damaged_fields_are_an_error():
    with pytest.raises(MeasurementError, match="5 fields with a damaged copy; at least 8"):
        find_power(sample(np.zeros(20)), sample(np.zeros(5)), np.zeros(5), DISTANCE, np.random.default_rng(0))


def test_one_copy_of_each_field_is_read(tmp_path):
    with create_stack(tmp_path / "ladder.h5") as writer:
        owner = np.repeat(np.arange(6), 2)  # 3 fields, 2 copies of each, 2 tiles of each copy
        columns = {"owner": owner, "group": owner // 2, "score": 8.0 - owner}
        writer.append(value=owner[:, None].astype(np.float32), **columns)
    seen = set()
    for seed in range(20):
        ladder, damage = read_ladder(tmp_path / "ladder.h5", np.random.default_rng(seed))
        assert ladder.group.tolist() == [0, 0, 1, 1, 2, 2]
        assert ladder.values[::2, 0] / 8 == pytest.approx(damage)
        assert (ladder.values[::2] == ladder.values[1::2]).all()
        seen |= set(ladder.values.ravel())
    assert seen == set(range(6))


def test_the_smallest_damage_that_is_found():
    assert Power("a", [[0.1, 0.5], [0.2, 0.8], [0.3, 1.0]]).smallest_damage == 0.2
    assert Power("a", [[0.1, 0.5]]).smallest_damage == np.inf
    assert Power("a").smallest_damage is None


@pytest.mark.parametrize("failure", [None, Failure(Reason.TOO_FEW_FIELDS, "5 fields")])
def test_power_is_read_as_it_was_written(tmp_path, failure):
    power = Power("a", None if failure else [[0.1, 0.5]], failure)
    write_power(tmp_path / "power.json", power)
    assert read_power(tmp_path / "power.json") == power


def test_copies_do_not_set_the_scale_that_hides_them():
    """In deviations of the pool; a tenth of the fields, 30 deviations off, are found by p in every trial."""

    def whitened(pool, rng):
        variance, axes = np.linalg.eigh(np.cov(pool.values.T))
        return Sample(pool.values @ axes / np.sqrt(variance), pool.group)

    metric = Metric(lambda a, b, rng: np.linalg.norm(a.values.mean(axis=0) - b.values.mean(axis=0)), whitened)
    rng = np.random.default_rng(0)
    real, shift = rng.normal(size=(400, 12)), 30 * np.eye(12)[0]
    fields = np.arange(400)
    found = find_power(Sample(real, fields), Sample(real + shift, fields), np.full(400, 1.0), metric, rng)
    assert found[2][0] == pytest.approx(0.1, abs=0.01)
    assert found[2][1] > 0.6  # with all copies in the pool: 0.02
