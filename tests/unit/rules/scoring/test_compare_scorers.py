import numpy as np
import pytest

from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.tables import read_csv, write_csv
from workflow_scripts.judging.scorer_errors import mean_difference
from workflow_scripts.rules.scoring.compare_scorers import compare_scorers, read_pairs
from workflow_scripts.runtime.entry import built


def write(folder, name, error):
    """Write what a scorer says of 40 images of four fields; it errs as much in each."""
    actual = np.linspace(0.1, 7.9, 40)
    about = {"mae": error, "mae_low": error - 0.1, "mae_high": error + 0.1, "mae_constant": 2.0, "coverage": 0.9}
    about |= {"share_outside": 0.0, "n_train": 9, "n_test": 40, "n_blocks": 4, "scorer": "x", "half_width": 2 * error}
    write_json(
        folder / name / "report.json", {**about, "by_score": [{"low": 3, "high": 4, "mae": 0.5, "bias": 0, "n": 5}]}
    )
    rows = [{"Id": k, "Actual": a, "Predicted": a + error, "Block": k // 10} for k, a in enumerate(actual)]
    write_csv(folder / name / "test_predictions.csv", rows)


def compare(folder, names):
    compare_scorers(
        reports=[str(folder / name / "report.json") for name in names],
        predictions=[str(folder / name / "test_predictions.csv") for name in reversed(names)],
        table=str(folder / "scorers.csv"),
        scorers=str(folder / "scorers.png"),
        options=built(compare_scorers, {"scorers": names}),
        seed=1,
    )
    return read_csv(folder / "scorers.csv")


def test_the_best_comes_first_with_its_errors_per_score(tmp_path):
    for name, error in (("poor", 1.0), ("good", 0.25)):
        write(tmp_path, name, error)
    rows = compare(tmp_path, ["poor", "good"])
    assert [row["scorer"] for row in rows] == ["good", "poor"]
    assert (rows[0]["mae"], rows[0]["bias"], rows[0]["mae_3"], rows[0]["mae_5"]) == ("0.2500", "0.2500", "0.5000", "")
    assert (tmp_path / "scorers.png").read_bytes()[:4] == b"\x89PNG"
    for row, more in zip(rows, ("0.0000", "0.7500"), strict=True):  # the same in every field: there is no spread
        assert [row[key] for key in ("more", "more_low", "more_high")] == [more] * 3


def test_differences_are_paired():
    """Errors that vary by 3 from field to field, and a difference of 0.2 that varies by 0.1: its interval sees 0.1."""
    rng, group = np.random.default_rng(0), np.repeat(np.arange(400), 5)
    shared = np.repeat(rng.exponential(3, 400), 5)
    more, low, high = mean_difference(
        shared + 0.2 + np.repeat(rng.normal(0, 0.1, 400), 5), shared, group, np.random.default_rng(1), 500
    )
    assert low < 0.2 < high
    assert more == pytest.approx(0.2, abs=0.015)
    assert high - low == pytest.approx(2 * 1.96 * 0.1 / 20, rel=0.2)


def test_scorers_of_other_images_are_not_compared(tmp_path):
    write(tmp_path, "good", 0.25)
    write(tmp_path, "poor", 1.0)
    lines = (tmp_path / "poor" / "test_predictions.csv").read_text().splitlines()
    (tmp_path / "poor" / "test_predictions.csv").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(ValueError, match="poor and the first scorer have different test images"):
        compare(tmp_path, ["good", "poor"])


def test_a_table_with_other_columns_is_refused(tmp_path):
    write_csv(tmp_path / "wrong.csv", [{"Id": 1, "Score": 2}])
    with pytest.raises(ValueError, match="no column Block, Actual, Predicted; it has Id, Score"):
        read_pairs(tmp_path / "wrong.csv")
