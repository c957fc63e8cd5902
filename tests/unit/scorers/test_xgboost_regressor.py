import numpy as np
import pytest

from workflow_scripts.scorers.xgboost_regressor import Options, fit, load, predict, save

OPTIONS = Options(trees=40, depth=4)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 6))
    return features, 4 + 2 * features[:, 0] - features[:, 3]


def test_it_learns_what_is_there(data):
    features, scores = data
    model = fit(features[:200], scores[:200], OPTIONS, groups=None, seed=1, threads=1)
    error = np.abs(predict(model, features[200:]) - scores[200:]).mean()
    assert error < 0.35 * np.abs(scores[200:] - np.median(scores)).mean()


def test_a_saved_model_predicts_the_same_and_is_the_same_bytes_twice(data, tmp_path):
    paths = [tmp_path / name for name in ("a.ubj", "b.ubj", "c.ubj")]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        save(fit(*data, OPTIONS, groups=None, seed=seed, threads=1), path)
    one, two, other = (path.read_bytes() for path in paths)
    assert one == two
    assert one != other
    model = fit(*data, OPTIONS, groups=None, seed=1, threads=1)
    np.testing.assert_array_equal(predict(load(paths[0]), data[0]), predict(model, data[0]))
