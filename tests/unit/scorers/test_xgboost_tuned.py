import numpy as np
import pytest

from workflow_scripts.scorers import xgboost_regressor
from workflow_scripts.scorers.xgboost_tuned import Options, fit, inner_error, load, parameters, predict, save

OPTIONS = Options(depths=[2, 4], trees=150, lr=0.1, min_weight=1.0)


@pytest.fixture
def data():
    """Scores with outliers, which a squared error follows."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 6))
    noise = np.where(rng.random(400) < 0.15, rng.exponential(4, 400), 0)
    return features, 1 + np.abs(features[:, 0]) + noise


def groups(n):
    return np.arange(n) // 10


def test_its_absolute_error_is_below_that_of_the_squared_loss(data):
    features, scores = data
    tuned = fit(features[:300], scores[:300], OPTIONS, groups=groups(300), seed=1, threads=1)
    plain = xgboost_regressor.fit(
        features[:300], scores[:300], xgboost_regressor.Options(), groups=None, seed=1, threads=1
    )
    error, other = (np.abs(predict(model, features[300:]) - scores[300:]).mean() for model in (tuned, plain))
    assert error < 0.9 * other


def test_folds_are_of_whole_fields(data):
    """Copies of a field in two folds would make the deepest tree look best."""
    features, scores = (np.repeat(part[:40], 10, axis=0) for part in data)
    settings = parameters(OPTIONS, 4, scores, 1, 1)
    honest, _ = inner_error(features, scores, groups(400), OPTIONS, settings)
    leaking, _ = inner_error(features, scores, np.arange(400), OPTIONS, settings)
    assert leaking < 0.7 * honest


def test_too_few_blocks_are_counted(data):
    with pytest.raises(ValueError, match="2 training blocks; 3 folds"):
        fit(data[0][:20], data[1][:20], OPTIONS, groups=groups(20), seed=1, threads=1)


def test_a_saved_model_predicts_the_same_and_is_the_same_bytes_twice(data, tmp_path):
    for name in "ab":
        model = fit(*data, OPTIONS, groups=groups(400), seed=1, threads=1)
        save(model, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    np.testing.assert_array_equal(predict(load(tmp_path / "a"), data[0]), predict(model, data[0]))
