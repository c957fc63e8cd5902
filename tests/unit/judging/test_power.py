import numpy as np
import pytest
from scipy.stats import norm

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.judging.metric import Metric, bind
from workflow_scripts.judging.power import Damage, Power, find_power, read_damaged, read_power, run_trials, write_power
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import Sample
from workflow_scripts.metrics import source_counts
from workflow_scripts.rules.judging.measure_power import measure_power
from workflow_scripts.settings.declared import Declared
from workflow_scripts.settings.judging import MeasurePower

DISTANCE = Metric(lambda a, b, rng: float(abs(a.values[:, 0].mean() - b.values[:, 0].mean())))
COUNTS = bind(source_counts, Declared())
STRENGTHS = (0.02, 0.05, 0.2, 0.5)
N_FIELDS, N_SOURCES = 40, 30


def sample(values):
    values = np.asarray(values, float).reshape(len(values), -1)
    return Sample(values, np.arange(len(values)), ("n_sources", "other")[: values.shape[1]])


def mean_power(shift):
    """Return the power of the difference of the means, over ten sets of fields."""
    rng = np.random.default_rng(0)
    drawn = [rng.normal(size=(N_FIELDS, 2)) for _ in range(10)]
    return np.mean([run_trials(sample(real), sample(real + shift), DISTANCE, rng) for real in drawn])


def test_power_of_a_difference_of_means_is_that_of_its_formula():
    error = np.sqrt(2 / N_FIELDS)
    for z in (1.0, 2.0, norm.ppf(0.975) + norm.ppf(0.8)):
        expected = norm.sf(norm.ppf(0.975) - z) + norm.cdf(norm.ppf(0.025) - z)
        assert mean_power([z * error, 0]) == pytest.approx(expected, abs=0.08)


def test_a_metric_that_is_blind_to_a_damage_has_the_power_of_its_level():
    assert mean_power([0, 5.0]) == pytest.approx(0.05, abs=0.03)


def counts_of(kind, rng):
    """Return real counts, and those with a fraction of the sources removed or added."""
    real = rng.poisson(N_SOURCES, N_FIELDS)
    sign = {"removed": -1, "added": 1}[kind]
    return sample(real), {one: sample(real + sign * rng.binomial(real, one)) for one in STRENGTHS}


@pytest.mark.parametrize("kind", ["removed", "added"])
def test_counts_detect_the_strength_that_their_scatter_allows(kind):
    """sqrt(2 x 30 / 40) = 1.2 sources of error: 5 % are 1.2 errors, seen in 1 of 4 trials; 20 % are 4.9, in all."""
    rng = np.random.default_rng(1)
    curve = find_power(*counts_of(kind, rng), COUNTS, rng)
    assert Power("a", {kind: curve}).smallest_damage == Damage(0.2, kind)
    assert [strength for strength, _ in curve] == [0.02, 0.05, 0.2]  # none beyond the first that is detected


def write_features(path, values, strengths=None):
    with create_stack(path, columns="n_sources", share=1.0, n_images=len(values)) as writer:
        group = np.arange(len(values)) % N_FIELDS
        score = {} if strengths is None else {"score": 8 * (1 - np.asarray(strengths))}
        writer.append(value=np.asarray(values, np.float32)[:, None], owner=np.arange(len(values)), group=group, **score)
    return str(path)


def test_removed_and_added_sources_do_not_cancel(tmp_path):
    rng = np.random.default_rng(1)
    real = rng.poisson(N_SOURCES, N_FIELDS)
    changed = {"removed": real - rng.binomial(real, 0.2), "added": real + rng.binomial(real, 0.2)}
    files = [
        write_features(tmp_path / f"damaged_{kind}.h5", values, np.full(N_FIELDS, 0.2))
        for kind, values in changed.items()
    ]
    measure_power(
        real=write_features(tmp_path / "real.h5", real),
        damaged=files[::-1],
        train=[],
        power=tmp_path / "power.json",
        options=MeasurePower("source_counts", "counts", {}, list(changed)),
        seed=1,
    )
    curves = read_power(tmp_path / "power.json").curves
    assert {kind: strength for kind, ((strength, power),) in curves.items() if power > 0.9} == dict.fromkeys(
        changed, 0.2
    )


def test_too_few_damaged_fields_are_an_error():
    with pytest.raises(MeasurementError, match="5 blocks with a damaged copy; at least 8"):
        find_power(sample(np.zeros(20)), {0.1: sample(np.zeros(5))}, DISTANCE, np.random.default_rng(0))


def test_fields_meet_their_own_copies():
    """Of fields 2 to 16 alone there are copies, twice as large."""
    real, damaged = (Sample(values[:, None], values) for values in (np.arange(20), np.arange(2, 17)))
    seen = []

    def watch(a, b, rng):
        seen.append(np.unique(np.concatenate([a.values, b.values])))
        return 0.0

    find_power(real, {0.1: Sample(2 * damaged.values, damaged.group)}, Metric(watch), np.random.default_rng(0))
    assert set(np.concatenate(seen)) == set(range(2, 17)) | set(range(4, 34, 2))


def test_damaged_fields_are_read_strength_by_strength(tmp_path):
    values, strengths = np.arange(3 * N_FIELDS), np.repeat([0.5, 0.05, 1.0], N_FIELDS)
    damaged = read_damaged(write_features(tmp_path / "damaged.h5", values, strengths))
    assert list(damaged) == [0.05, 0.5, 1.0]
    assert damaged[0.05].values[:, 0].tolist() == list(range(N_FIELDS, 2 * N_FIELDS))
    assert damaged[1.0].groups.tolist() == list(range(N_FIELDS))


def test_the_smallest_damage_is_that_of_the_kind_seen_best():
    removed, added, none = [[0.1, 0.5], [0.2, 0.8]], [[0.05, 0.3], [0.1, 0.9]], [[0.1, 0.5]]
    assert Power("a", {"removed": removed, "added": added}).smallest_damage == Damage(0.1, "added")
    assert Power("a", {"moved": none, "removed": removed}).smallest_damage == Damage(0.2, "removed")
    assert Power("a", {"moved": none}).smallest_damage == Damage(np.inf, None)
    assert Power("a").smallest_damage is None


@pytest.mark.parametrize("failure", [None, Failure(Reason.TOO_FEW_BLOCKS, "5 blocks")])
def test_power_is_read_as_it_was_written(tmp_path, failure):
    power = Power("a", None if failure else {"moved": [[0.1, 0.5]]}, failure)
    write_power(tmp_path / "power.json", power)
    assert read_power(tmp_path / "power.json") == power
