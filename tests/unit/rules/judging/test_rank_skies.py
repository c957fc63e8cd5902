from dataclasses import replace

import pytest

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.comparison import Comparison, Direction, Outcome, write_outcome
from workflow_scripts.judging.power import Power, write_power
from workflow_scripts.judging.reasons import Failure, Reason, State
from workflow_scripts.judging.verdict import read_verdicts
from workflow_scripts.rules.judging.rank_skies import rank_skies, read_scores
from workflow_scripts.settings.judging import RankSkies

MEASURED = Comparison(0.5, 0.0, 1.0, 0.5, 0.9, Direction.LARGER, 9, 0.5, 0.001, 0.0)


def measured(value, p, **about):
    return replace(MEASURED, value=value, low=value - 1, high=value + 1, p=p, **about)


def rank(folder, results, powers=(), failed=()):
    """Rank samples by metrics `a` and `b`; all lists of files come in another order than the names."""
    samples, metrics = list(results), list(next(iter(results.values())))
    comparisons, scores, skies = [], [], []
    for sample in samples:
        for metric in metrics:
            counts = dict(failed).get((sample, metric), (0, 0))
            comparisons.append(folder / f"{len(comparisons)}.json")
            write_outcome(comparisons[-1], Outcome(sample, metric, results[sample][metric], *counts))
    (folder / "trees").mkdir(exist_ok=True)
    for number, name in enumerate(["real_test", *samples]):
        scores.append(folder / "trees" / f"{name}.csv")
        write_csv(scores[-1], [{"Id": 0, "Predicted": number}, {"Id": 1, "Predicted": number + 2}])
    tried = {folder / f"power_{metric}.json": Power(metric, power) for metric, power in dict(powers).items()}
    for path, power in tried.items():
        write_power(path, power)
    for number, name in enumerate(name for name in samples if name != "real_train"):
        skies.append(folder / name / "fields.h5")
        skies[-1].parent.mkdir(exist_ok=True)
        with create_stack(skies[-1], evaluations_per_image=10.5 * number):
            pass
    files = {"comparisons": comparisons, "scores": scores, "powers": list(tried), "controls": [], "generated": skies}
    written = {name: folder / f"{name}.csv" for name in ("verdicts", "leaderboard")}
    options = RankSkies(metrics, samples, ["trees"])
    rank_skies(**{name: paths[::-1] for name, paths in files.items()}, **written, options=options)
    return read_csv(written["leaderboard"]), read_verdicts(written["verdicts"])


def test_the_best_comes_first_and_every_sample_has_its_own_numbers_whatever_the_order_of_the_files(tmp_path):
    rows, verdicts = rank(
        tmp_path,
        {
            "far": {"a": measured(9.0, 0.001), "b": measured(3.0, 0.04)},
            "near": {"a": measured(0.6, 0.30), "b": measured(0.7, 0.03)},
            "real_train": {"a": measured(0.5, 0.50), "b": Failure(Reason.TOO_FEW_BLOCKS, "3 blocks")},
        },
        failed={("near", "a"): (7, 2)},
    )
    assert [row["sample"] for row in rows] == ["real_test", "real_train", "near", "far"]
    assert [row["evaluations"] for row in rows] == ["", "", "10.5", "0"]
    assert [row["a_n_failed"] for row in rows] == ["0", "0", "7", "0"]
    assert [row["trees_mean"] for row in rows] == ["1.000", "4.000", "3.000", "2.000"]
    assert [row["a"] for row in rows] == ["0.5", "0.5", "0.6", "9"]
    assert [row["a_state"] for row in rows] == ["", "inside", "inside", "outside"]
    # 0.04 alone is significant; 0.03 of two, doubled by Holm, is not, nor is it inside
    assert [row["b_state"] for row in rows] == ["", "not_measured", "undecided", "outside"]
    assert rows[2]["b_reason"] == "only_before_correction"
    assert [float(row["b_p_corrected"]) for row in rows[2:]] == pytest.approx([0.06, 0.04])
    assert rows[0]["b_null_median"] == "0.5"  # though the first sample was not measured
    assert [(one.sample, one.metric) for one in verdicts[:2]] == [("far", "a"), ("far", "b")]
    assert verdicts[5].detail == "3 blocks"
    assert verdicts[0].value == 9.0


def test_a_sky_named_like_a_real_sample_or_a_product_is_generated(tmp_path):
    found = {"a": measured(0.5, 0.50)}
    rows, _ = rank(tmp_path, {"real_train": found, "real_stars": found, "fields": found})
    assert {row["sample"]: row["kind"] for row in rows} == {
        "real_test": "real",
        "real_train": "real",
        "real_stars": "generated",
        "fields": "generated",
    }


def test_too_few_permutations_decide_nothing(tmp_path):
    few = measured(9.0, 1 / 21, p_smallest=1 / 21)
    _, verdicts = rank(tmp_path, {"far": {"a": few, "b": few}})
    assert {one.reason for one in verdicts} == {Reason.TOO_FEW_PERMUTATIONS}


def test_a_metric_without_power_places_nothing_inside(tmp_path):
    powers = {
        "a": {"moved": [[0.1, 0.0], [0.3, 0.79], [0.5, 0.8]]},
        "b": {"removed": [[0.3, 0.9]], "added": [[0.1, 0.8]]},
    }
    rows, verdicts = rank(tmp_path, {"near": {"a": measured(0.6, 0.5), "b": measured(0.6, 0.5)}}, powers)
    assert [one.reason for one in verdicts] == [Reason.LOW_POWER, Reason.NOT_SIGNIFICANT]
    assert [rows[1][f"{metric}_smallest_damage"] for metric in "ab"] == ["0.5", "0.1"]
    assert [rows[1][f"{metric}_damage_kind"] for metric in "ab"] == ["moved", "added"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Id,Actual\n1,2\n", "no column Predicted; it has Id, Actual"),
        ("Id,Predicted\n", "no image is scored; at least 1 is needed"),
        ("Id,Predicted\na,2\nb,nan\n", "the score of image b is 'nan'"),
        ("Id,Predicted\na,\n", "the score of image a is ''"),
        ("Id,Predicted\na\n", "the score of image a is None"),
    ],
)
def test_files_of_scores_without_usable_scores_are_refused(tmp_path, text, message):
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"scores.csv: {message}"):
        read_scores(path)


def test_a_small_p_among_ties_is_no_evidence_and_one_at_the_median_of_the_null_is(tmp_path):
    _, (tied,) = rank(tmp_path, {"sky": {"a": measured(0.5, 0.001, tied=0.95)}})
    assert (tied.reason, tied.p) == (Reason.POWER_UNKNOWN, 1.0)
    _, (found,) = rank(tmp_path, {"sky": {"a": measured(0.5, 0.001)}})  # p has twice as many fields as the value
    assert found.state is State.OUTSIDE


def test_metrics_whose_small_values_are_worse_rank_and_warn_the_other_way(tmp_path):
    def small(value):
        return measured(value, 0.5, direction=Direction.SMALLER, null_median=1.0, null_limit=0.9)

    rows, verdicts = rank(tmp_path, {"poor": {"a": small(0.5)}, "good": {"a": small(0.95)}})
    assert [row["sample"] for row in rows] == ["real_test", "good", "poor"]
    assert [one.reason for one in verdicts] == [Reason.BEYOND_NULL_LIMIT, Reason.POWER_UNKNOWN]
