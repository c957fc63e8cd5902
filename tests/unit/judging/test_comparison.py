from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.judging.comparison import Comparison, Direction, Outcome, compare, read_outcome, write_outcome
from workflow_scripts.judging.metric import Metric
from workflow_scripts.judging.null import Null, draw_null, halves, read_null, write_null
from workflow_scripts.judging.permutation import permutation_p, rank_p
from workflow_scripts.judging.reasons import Failure, MeasurementError, Reason
from workflow_scripts.judging.sample import Sample


def distance(a, b, rng):
    return float(np.abs(a.values.mean(axis=0) - b.values.mean(axis=0)).max())


DISTANCE = Metric(distance)


def population(rng, n_fields, tiles=3, shift=0.0):
    """Return fields of correlated tiles: the tiles of a field share most of their scatter."""
    group = np.repeat(np.arange(n_fields), tiles)
    values = rng.normal(shift, 1, (n_fields, 2))[group] + rng.normal(0, 0.3, (n_fields * tiles, 2))
    return Sample(values, group)


def test_halves_are_disjoint_and_equal():
    one, other = halves(np.arange(11), np.random.default_rng(0))
    assert len(one) == len(other) == 5
    assert not set(one) & set(other)


def judge_once(trial, shift):
    rng = np.random.default_rng(trial)
    real, other = population(rng, 20), population(rng, 20, shift=shift)
    null = draw_null(real, DISTANCE, 60, rng)
    return compare(real, other, DISTANCE, null, 2, rng, np.random.default_rng(7)).p <= 0.05


def test_a_second_sample_of_the_same_population_is_inside_the_null_as_often_as_it_should():
    rng, outside = np.random.default_rng(0), 0
    for _ in range(1000):
        p = permutation_p(population(rng, 20), population(rng, 20), DISTANCE, 39, rng)
        outside += p <= 0.05
    low, high = binom.interval(0.999, 1000, 0.05)
    assert low <= outside <= high


def test_a_shifted_population_is_outside():
    assert sum(judge_once(trial, 2.0) for trial in range(30)) >= 28


def test_ignoring_fields_would_cry_wolf():
    """The test has teeth: judged tile by tile, as if tiles were independent, the same samples are often outside."""
    outside = 0
    for trial in range(100):
        rng = np.random.default_rng(trial)
        real, other = population(rng, 20, tiles=8), population(rng, 20, tiles=8)
        free = [Sample(sample.values, np.arange(len(sample.group))) for sample in (real, other)]
        outside += (
            compare(*free, DISTANCE, draw_null(free[0], DISTANCE, 60, rng), 2, rng, np.random.default_rng(7)).p < 0.05
        )
    assert outside > 15


def test_what_a_comparison_says():
    rng = np.random.default_rng(0)
    real, other = population(rng, 31), population(rng, 40, shift=3.0)
    null = draw_null(real, DISTANCE, 99, rng)
    result = compare(real, other, DISTANCE, null, 200, rng, np.random.default_rng(7))
    assert result.n_blocks == 15
    assert result.low < result.value < result.high
    assert result.null_limit == pytest.approx(np.quantile(null, 0.95))
    assert result.p == result.p_smallest == 0.01
    assert result.value == pytest.approx(3, abs=1)


def test_intervals_are_cut_to_the_range_of_the_metric():
    rng = np.random.default_rng(0)
    real, other = population(rng, 10), population(rng, 10)
    null, cut = draw_null(real, DISTANCE, 9, rng), Metric(distance, limits=(0.0, 0.01))
    result = compare(real, other, cut, null, 50, rng, np.random.default_rng(7))
    assert 0 <= result.low <= result.high == 0.01


def test_no_draw_of_the_interval_is_one_field_over_again():
    """Of four fields a side every 64th would be: a metric that wants two would fail with the first."""

    def wants_two(a, b, rng):
        assert min(len(np.unique(side.values[:, 0])) for side in (a, b)) > 1
        return distance(a, b, rng)

    real, other = (population(np.random.default_rng(seed), 8, tiles=1) for seed in (0, 1))
    metric = Metric(wants_two)
    null = draw_null(real, metric, 60, np.random.default_rng(2))
    found = compare(real, other, metric, null, 500, np.random.default_rng(3), np.random.default_rng(4))
    assert found.low < found.high


def test_samples_meet_the_same_halves_and_the_value_is_their_median():
    rng = np.random.default_rng(0)
    real, seen = population(rng, 20), []

    def watch(a, b, rng):
        seen.append(tuple(np.unique(a.group)))
        return float(len(seen))

    for shift in (0.0, 1.0):
        result = compare(
            real, population(rng, 20, shift=shift), Metric(watch), np.zeros(5), 2, rng, np.random.default_rng(7)
        )
    first, second = seen[:20], seen[28:48]
    assert first == second
    assert len(set(first)) > 15
    assert result.value == np.median(np.arange(29, 49))


def test_both_sides_have_as_many_fields():
    seen = []

    def watch(a, b, rng):
        seen.append((len(a.group), len(b.group)))
        return 0.0

    rng = np.random.default_rng(0)
    real, other = population(rng, 21), population(rng, 50)
    compare(real, other, Metric(watch), draw_null(real, Metric(watch), 3, rng), 3, rng, np.random.default_rng(7))
    assert set(seen) == {(30, 30), (63, 63)}  # the value is that of halves, p that of all real fields


def test_equal_draws_stand_before_or_after_the_truth_by_chance():
    rng = np.random.default_rng(0)
    p = [rank_p(0.0, np.zeros(19), rng) for _ in range(2000)]
    assert np.bincount(np.rint(20 * np.array(p)).astype(int), minlength=21)[1:] == pytest.approx(100, abs=40)
    assert rank_p(1.0, np.array([0.0, 2.0, 3.0]), rng) == 0.75


def test_a_pool_is_prepared_once_and_its_parts_find_what_was_shared():
    prepared = []

    def prepare(pool, rng):
        prepared.append(len(pool.values))
        return Sample(pool.values, pool.group, shared=pool.values[:, 0] * 2)

    def doubled(a, b, rng):
        assert np.array_equal(a.shared[a.row], 2 * a.values[:, 0])
        return distance(a, b, rng)

    rng = np.random.default_rng(0)
    real, other = population(rng, 9), population(rng, 9, shift=1.0)
    metric = Metric(doubled, prepare)
    assert metric.between(real, other, rng) == distance(real, other, rng)
    prepared.clear()
    assert 0 < permutation_p(real, other, metric, 9, rng) <= 1
    assert len(prepared) == 1


def test_a_metric_whose_small_values_are_bad():
    rng = np.random.default_rng(0)
    real, far = population(rng, 20), population(rng, 20, shift=3.0)
    worse = (Direction.SMALLER, Direction.LARGER)
    kinds = [Metric(lambda a, b, r: -distance(a, b, r), direction=one) for one in worse]
    p = [permutation_p(real, far, kind, 99, rng) for kind in kinds]
    assert p == [0.01, 1.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [(np.zeros((60, 3)), "3 features per image; the real fields have 2"), (np.full((60, 2), np.nan), "60 of 60")],
)
def test_samples_that_cannot_be_compared(values, message):
    rng = np.random.default_rng(0)
    real = population(rng, 20)
    with pytest.raises(MeasurementError, match=message):
        compare(real, Sample(values, real.group), DISTANCE, np.zeros(5), 2, rng, rng)


def test_too_few_blocks_are_an_error():
    rng = np.random.default_rng(0)
    with pytest.raises(MeasurementError, match="7 independent blocks in the real test part; at least 8"):
        draw_null(population(rng, 7), DISTANCE, 5, rng)
    with pytest.raises(MeasurementError, match="9 independent blocks; 10 are needed"):
        compare(population(rng, 20), population(rng, 9), DISTANCE, np.zeros(5), 2, rng, np.random.default_rng(7))


def test_a_sample_of_many_images_without_measurements_says_so():
    """192 images, in one of which a source could be measured: neither "1 block" nor "2 blocks on each side"."""
    rng = np.random.default_rng(0)
    real, other = population(rng, 20), Sample(np.zeros((3, 2)), np.full(3, 57), n_images=192)
    with pytest.raises(
        MeasurementError, match="1 independent block with measurements in 192 images; 10 are needed"
    ) as found:
        compare(real, other, DISTANCE, np.zeros(5), 2, rng, np.random.default_rng(7))
    assert Failure.of(found.value).reason is Reason.TOO_FEW_BLOCKS


MEASURED = Comparison(0.1 + 0.2, 0.1, 0.9, 0.2, 0.5, Direction.SMALLER, 9, 0.02, 0.01, 0.0)


@pytest.mark.parametrize("result", [MEASURED, Failure(Reason.UNDEFINED, "there are no pairs")])
def test_an_outcome_is_read_as_it_was_written(tmp_path, result):
    outcome = Outcome("naive", "ripley_k", result, n_failed=3, n_failed_real=1)
    write_outcome(tmp_path / "outcome.json", outcome)
    assert read_outcome(tmp_path / "outcome.json") == outcome
    assert "result" not in read_json(tmp_path / "outcome.json")


def test_a_null_distribution_is_read_as_it_was_written(tmp_path):
    drawn = Null("a", np.array([0.1 + 0.2, 1.0])), Null("a", failure=Failure(Reason.TOO_FEW_BLOCKS, "7 blocks"))
    for null in drawn:
        write_null(tmp_path / "null.json", null)
        found = read_null(tmp_path / "null.json")
        assert found.failure == null.failure
        assert np.array_equal(found.values, null.values)


def test_smaller_values_are_beyond_the_null_where_smaller_is_worse():
    assert MEASURED.beyond_null
    assert not replace(MEASURED, direction=Direction.LARGER).beyond_null
