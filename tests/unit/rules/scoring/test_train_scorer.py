import numpy as np
import pytest

from workflow_scripts.formats.atomic import read_json, write_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.scoring.score_images import score_images
from workflow_scripts.rules.scoring.train_scorer import train_scorer
from workflow_scripts.settings.scoring import TrainScorer

OPTIONS = TrainScorer("xgboost_regressor", {"trees": 40, "depth": 3}, n_bootstrap=50)


def write(path, n, seed, names="a,b", shape="32,32", **changed):
    """Write features that a score of 0 to 8 follows from, two tiles per image, four images per field."""
    rng = np.random.default_rng(seed)
    image = np.repeat(np.arange(n), 2)
    score = rng.uniform(0, 8, n)
    value = np.stack([score[image] + rng.normal(0, 0.2, 2 * n), rng.normal(size=2 * n)], axis=1).astype(np.float32)
    columns = {"value": value, "owner": image, "group": image // 4, "score": score[image], **changed}
    with create_stack(path, code="0", columns=names, measured_on=shape) as writer:
        writer.append(**{name: values for name, values in columns.items() if values is not None})
    return str(path)


@pytest.fixture
def files(tmp_path):
    given = {
        f"{part}_features": write(tmp_path / f"{part}.h5", 80, k) for k, part in enumerate(("train", "valid", "test"))
    }
    written = {name: str(tmp_path / name) for name in ("model", "report", "predictions")}
    return {**given, **written, "seed": 1, "code": "0", "threads": 1, "options": OPTIONS}


def read(path):
    return read_csv(path)


def score(files, tmp_path, features):
    out = {name: str(tmp_path / f"{name}.csv") for name in ("scores", "details")}
    score_images(features=features, model=files["model"], report=files["report"], **out)
    return read(out["scores"]), read(out["details"])


def test_it_reports_its_error_its_coverage_and_each_prediction(files):
    train_scorer(**files)
    report, rows = read_json(files["report"]), read(files["predictions"])
    errors = [abs(float(row["Actual"]) - float(row["Predicted"])) for row in rows]
    assert list(rows[0]) == ["Id", "Actual", "Predicted", "Low", "High", "Outside", "Block"]
    assert len(rows) == report["n_test"] == 80
    assert report["mae"] == pytest.approx(np.mean(errors), abs=1e-3)
    assert report["mae"] < 0.5
    assert sum(part["n"] for part in report["by_score"]) == 80
    assert report["coverage"] == pytest.approx(0.9, abs=0.1)
    assert report["n_calibration"] == 80


def test_it_scores_images_with_their_intervals(files, tmp_path):
    train_scorer(**files)
    scores, details = score(files, tmp_path, files["test_features"])
    assert list(scores[0]) == ["Id", "Predicted"]
    assert [row["Predicted"] for row in scores] == [row["Predicted"] for row in read(files["predictions"])]
    assert all(float(row["Low"]) <= float(row["Predicted"]) <= float(row["High"]) for row in details)


def test_images_far_from_the_training_set_are_flagged(files, tmp_path):
    train_scorer(**files)
    far = np.full((10, 2), 50, np.float32)
    other = write(tmp_path / "other.h5", 5, 9, value=far)
    assert [row["Outside"] for row in score(files, tmp_path, other)[1]] == ["1"] * 5


def test_names_of_files_become_ids(files, tmp_path):
    train_scorer(**files)
    named = write(tmp_path / "named.h5", 12, 9, name=np.repeat([f"img{i}".encode() for i in range(12)], 2))
    assert [row["Id"] for row in score(files, tmp_path, named)[0]][:2] == ["img0", "img1"]


def test_features_without_scores_too_few_images_and_wrong_scores_are_refused(files, tmp_path):
    plain = write(tmp_path / "plain.h5", 20, 5, score=None)
    with pytest.raises(ValueError, match="no column 'score'"):
        train_scorer(**{**files, "train_features": plain})
    few = write(tmp_path / "few.h5", 4, 5)
    with pytest.raises(ValueError, match="4 scored images; at least 10 are needed"):
        train_scorer(**{**files, "valid_features": few})
    wrong = write(tmp_path / "wrong.h5", 20, 5, score=np.full(40, 9.0))
    with pytest.raises(ValueError, match="not in 0 to 8"):
        train_scorer(**{**files, "test_features": wrong})


def test_a_scorer_of_another_version_is_refused(files, tmp_path):
    train_scorer(**files)
    report = read_json(files["report"])
    write_json(files["report"], {**report, "format_version": 1})
    with pytest.raises(ValueError, match="format version 1"):
        score(files, tmp_path, files["test_features"])


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"names": "a,c", "shape": "64,64"}, "images of 64x64 px; this scorer was trained on images of 32x32 px"),
        ({"names": "a_band0,a_band1", "shape": "32,32,2"}, "images of 32x32 px in 2 bands; this scorer was trained"),
    ],
)
def test_images_of_another_size_or_with_other_bands_are_refused_and_nothing_is_written(files, tmp_path, other, message):
    train_scorer(**files)
    features = write(tmp_path / "other.h5", 5, 9, **other)
    with pytest.raises(ValueError, match=message):
        score(files, tmp_path, features)
    assert not list(tmp_path.glob("*scores.csv*")) + list(tmp_path.glob("*details.csv*"))
