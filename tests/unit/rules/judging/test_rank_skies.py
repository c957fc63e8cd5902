import pytest

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.report.tables import metric_cell
from workflow_scripts.rules.judging.rank_skies import rank_skies, read_scores


def measured(value, p, p_least=0.001):
    return {
        "value": value,
        "low": value - 1,
        "high": value + 1,
        "null_median": 0.5,
        "null_high": 0.9,
        "p": p,
        "p_least": p_least,
        "tied": 0.0,
        "worse": "larger",
        "n_fields": 9,
    }


def rank(folder, results, powers=()):
    samples, metrics = list(results), list(next(iter(results.values())))
    comparisons, scores = [], []
    for sample in samples:
        for metric in metrics:
            comparisons.append(folder / f"{sample}_{metric}.json")
            write_json(comparisons[-1], {"metric": metric, "sample": sample, **results[sample][metric]})
    for number, _ in enumerate(["real_test", *samples]):
        scores.append(folder / f"{number}.csv")
        write_csv(scores[-1], [{"Id": 0, "Predicted": number}, {"Id": 1, "Predicted": number + 2}])
    tried = {folder / f"power_{metric}.json": {"power": power} for metric, power in dict(powers).items()}
    for path, power in tried.items():
        write_json(path, power)
    skies = [folder / f"{sample}.h5" for sample in samples if not sample.startswith("real_")]
    for number, path in enumerate(skies):
        with create_stack(path, evaluations_per_image=10.5 * number):
            pass
    options = {"samples": samples, "metrics": metrics, "scorers": ["trees"], "with_power": list(dict(powers))}
    files = {"comparisons": comparisons, "scores": scores, "powers": tried, "generated": skies}
    rank_skies(**files, leaderboard=folder / "board.csv", options=options)
    return read_csv(folder / "board.csv")


def test_the_best_comes_first_and_every_sample_has_its_own_numbers(tmp_path):
    rows = rank(
        tmp_path,
        {
            "far": {"a": measured(9.0, 0.001), "b": measured(3.0, 0.04)},
            "near": {"a": {**measured(0.6, 0.30), "n_failed": 7, "n_failed_real": 2}, "b": measured(0.7, 0.03)},
            "real_train": {"a": measured(0.5, 0.50), "b": {"reason": "too few fields"}},
        },
    )
    assert [row["sample"] for row in rows] == ["real_test", "real_train", "near", "far"]
    assert [row["evaluations"] for row in rows] == ["", "", "10.5", "0"]
    assert [row["a_failed"] for row in rows] == ["0", "0", "7", "0"]
    assert metric_cell(rows[2], "a")["failed"] == 7
    assert [row["trees_mean"] for row in rows] == ["1.000", "4.000", "3.000", "2.000"]
    inside = "inside the null, power unknown"
    assert [row["a_verdict"] for row in rows][1:] == [inside, inside, "outside the null"]
    # 0.04 alone is outside; 0.03 of two, doubled by Holm, is not, nor is it inside
    assert rows[3]["b_verdict"] == "outside the null"
    assert rows[2]["b_verdict"] == "undecided: outside before correction for the number of metrics"
    assert [float(row["b_p"]) for row in rows[2:]] == pytest.approx([0.06, 0.04])
    assert "too few fields" in rows[1]["b_verdict"]


def test_too_few_null_draws_decide_nothing(tmp_path):
    few = measured(9.0, 1 / 21, 1 / 21)
    rows = rank(tmp_path, {"far": {"a": few, "b": few}})
    assert rows[1]["a_verdict"].startswith("undecided")


def test_a_metric_without_power_calls_nothing_inside(tmp_path):
    powers = {"a": [[0.1, 0.0], [0.3, 0.79], [0.5, 0.8]], "b": [[0.1, 0.9], [0.3, 1.0]]}
    rows = rank(tmp_path, {"near": {"a": measured(0.6, 0.5), "b": measured(0.6, 0.5)}}, powers)
    assert rows[1]["a_verdict"] == "undecided: with this number of fields damages below 0.5 are not found"
    assert rows[1]["b_verdict"] == "inside the null"
    assert [rows[1][f"{metric}_finds"] for metric in "ab"] == ["0.5", "0.1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Id,Actual\n1,2\n", "no column Predicted; it has Id, Actual"),
        ("Id,Predicted\n", "no image is scored; at least 1 is needed"),
        ("Id,Predicted\na,2\nb,nan\n", "the score of image b is 'nan'"),
        ("Id,Predicted\na,\n", "the score of image a is ''"),
        ("Id,Predicted\na\n", "the score of image a is None"),
    ],
)
def test_files_of_scores_that_say_nothing_are_refused(tmp_path, text, said):
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"scores.csv: {said}"):
        read_scores(path)


def test_a_small_p_among_equal_exchanges_is_no_evidence_and_one_at_the_null_s_median_is(tmp_path):
    rows = rank(tmp_path, {"sky": {"a": {**measured(0.5, 0.001), "tied": 0.95}}})
    assert rows[1]["a_verdict"].startswith("inside the null")
    assert float(rows[1]["a_p"]) == 1
    rows = rank(tmp_path, {"sky": {"a": measured(0.5, 0.001)}})  # p has twice as many fields as the value
    assert rows[1]["a_verdict"] == "outside the null"


def test_metrics_whose_small_values_are_bad_order_and_warn_the_other_way(tmp_path):
    def small(value):
        return {**measured(value, 0.5), "worse": "smaller", "null_median": 1.0, "null_high": 0.9}

    rows = rank(tmp_path, {"poor": {"a": small(0.5)}, "good": {"a": small(0.95)}})
    assert [row["sample"] for row in rows] == ["real_test", "good", "poor"]
    assert rows[2]["a_verdict"] == "undecided: beyond the null, but so are exchanges of its fields"
    assert rows[1]["a_verdict"].startswith("inside the null")


def test_a_metric_of_unknown_power_says_so(tmp_path):
    rows = rank(tmp_path, {"near": {"a": measured(0.6, 0.5)}})
    assert rows[1]["a_verdict"] == "inside the null, power unknown"
    assert metric_cell(rows[1], "a")["verdict"] == "inside the null, power unknown"
