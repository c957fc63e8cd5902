import numpy as np
import pytest

from workflow_scripts.compare_scorers import compare_scorers, read_pairs
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.tables import read_csv, write_csv


def write(folder, name, error):
    actual = np.linspace(0.1, 7.9, 40)
    about = {"mae": error, "mae_low": error - 0.1, "mae_high": error + 0.1, "mae_constant": 2.0, "coverage": 0.9}
    about |= {"share_outside": 0.0, "n_train": 9, "n_test": 40, "n_fields": 4, "scorer": "x", "half_width": 2 * error}
    write_json(folder / f"{name}.json", {**about, "by_score": [{"low": 3, "high": 4, "mae": 0.5, "bias": 0, "n": 5}]})
    rows = [{"Id": k, "Actual": a, "Predicted": a + error} for k, a in enumerate(actual)]
    write_csv(folder / f"{name}.csv", rows)


def test_the_best_comes_first_with_its_errors_per_score(tmp_path):
    names = ["poor", "good"]
    for name, error in zip(names, (1.0, 0.25), strict=True):
        write(tmp_path, name, error)
    compare_scorers(
        reports=[str(tmp_path / f"{name}.json") for name in names],
        predictions=[str(tmp_path / f"{name}.csv") for name in names],
        table=str(tmp_path / "scorers.csv"),
        scorers=str(tmp_path / "scorers.png"),
        options={"scorers": names},
    )
    rows = read_csv(tmp_path / "scorers.csv")
    assert [row["scorer"] for row in rows] == ["good", "poor"]
    assert (rows[0]["mae"], rows[0]["bias"], rows[0]["mae_3"], rows[0]["mae_5"]) == ("0.2500", "0.2500", "0.5000", "")
    assert (tmp_path / "scorers.png").read_bytes()[:4] == b"\x89PNG"


def test_a_table_with_other_columns_is_refused(tmp_path):
    write_csv(tmp_path / "wrong.csv", [{"Id": 1, "Score": 2}])
    with pytest.raises(ValueError, match="no column Actual, Predicted; it has Id, Score"):
        read_pairs(tmp_path / "wrong.csv")
