"""Images without any content go through features, scorers and metrics: a number or one clear line, never a crash."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from study_files import settings

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.judging.comparison import read_outcome
from workflow_scripts.judging.reasons import Failure
from workflow_scripts.rules.judging.compare_samples import compare_samples
from workflow_scripts.rules.judging.measure_null import measure_null
from workflow_scripts.rules.scoring.extract_features import extract_features
from workflow_scripts.rules.scoring.score_images import score_images
from workflow_scripts.rules.scoring.train_scorer import train_scorer
from workflow_scripts.settings import judging, scoring

STUDY = settings()["smoke"]
METRICS = [name for name, metric in STUDY.config.metrics.items() if metric.features not in ("morphology", "")]
N, SIDE = 12, 32
MESSAGES = ["in the real test part; at least 8", "the same in all images", "no source in any", "no field with two"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with three stacks of images: of spots on noise, of one value, of another."""
    rng, made = np.random.default_rng(0), tmp_path_factory.mktemp("constant")
    spots = rng.normal(10, 1, (N, SIDE, SIDE))
    spots[:, 8:11, 20:23] += rng.uniform(40, 90, (N, 1, 1))
    images = {"spots": spots, "constant": np.full((N, SIDE, SIDE), 10.0), "black": np.zeros((N, SIDE, SIDE))}
    for name, values in images.items():
        with create_stack(made / f"{name}.h5") as writer:
            writer.append(image=values.astype(np.float32), score=np.linspace(0, 8, N))
    return made


def features_of(folder, feature, sample):
    """Return the features of a sample, measured once."""
    path = folder / f"{feature}_{sample}.h5"
    if not path.exists():
        options = replace(scoring.extract_features(STUDY, feature, sample), tile_size=None)
        extract_features(images=str(folder / f"{sample}.h5"), features=str(path), options=options, code="")
    return str(path)


def compared(folder, metric, real, other):
    """Return the comparison of two samples by a metric, or its failure."""
    null, comparison = judging.measure_null(STUDY, metric), judging.compare_samples(STUDY, metric)
    one, two = (features_of(folder, STUDY.config.metrics[metric].features, name) for name in (real, other))
    train = one if judging.needs_training_images(STUDY, metric) else []
    given = {"real": one, "train": train, "null": str(folder / "null.json")}
    measure_null(**given, controls=[], options=replace(null, n_null=19), seed=1)
    result = str(folder / "result.json")
    about = {"options": replace(comparison, n_bootstrap=5), "sample": other, "seed": 1}
    compare_samples(**given, other=two, comparison=result, **about)
    return read_outcome(result).result


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_gives_a_number_or_says_why_not(folder, metric):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alike, other = compared(folder, metric, "constant", "constant"), compared(folder, metric, "constant", "black")
    for found in (alike, other):
        if isinstance(found, Failure):
            assert any(message in found.detail for message in MESSAGES), found.detail
            assert "\n" not in found.detail
        else:
            assert all(math.isfinite(one) for one in (found.value, found.low, found.high, found.p))


def test_the_metrics_that_look_at_pixels_find_them(folder):
    for metric in ("power_spectrum_distance", "two_sample_auc", "precision", "recall"):
        assert compared(folder, metric, "spots", "constant").p == 0.05
        alike = compared(folder, metric, "constant", "constant")
        assert alike.value == alike.null_median


def test_a_scorer_flags_them_and_learns_nothing_from_them(folder):
    spots, constant = (features_of(folder, "published", name) for name in ("spots", "constant"))
    report = trained(folder, spots)
    scored(folder, constant)
    assert report["mae_constant"] > 0
    assert {row["Outside"] for row in read_csv(folder / "details.csv")} == {"1"}
    report = trained(folder, constant)
    assert report["mae"] == pytest.approx(report["mae_constant"], rel=0.2)
    scored(folder, constant)
    assert {row["Outside"] for row in read_csv(folder / "details.csv")} == {"0"}


def trained(folder, features):
    """Train a small scorer; return its report."""
    parts = dict.fromkeys(("train_features", "valid_features", "test_features"), features)
    written = {name: str(folder / name) for name in ("model", "report", "predictions")}
    options = scoring.TrainScorer("xgboost_regressor", {"trees": 10, "depth": 2}, n_bootstrap=10)
    train_scorer(**parts, **written, options=options, seed=1, code="", threads=1)
    return read_json(written["report"])


def scored(folder, features):
    """Score images by the scorer trained last."""
    given = {name: str(folder / name) for name in ("model", "report")}
    score_images(features=features, **given, scores=str(folder / "scores.csv"), details=str(folder / "details.csv"))
    assert all(0 <= float(row["Predicted"]) <= 8 for row in read_csv(folder / "scores.csv"))
