import numpy as np
import pytest
from skops.io import dump

from workflow_scripts.scorers.random_forest import Options, fit, load, predict, save

KINDS = [
    Options(trees=30),
    Options(trees=30, splits="random", feature_share=1.0),
    Options(trees=30, estimate="median"),
    Options(trees=30, splits="random", estimate="median", feature_share=1.0),
]


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 6))
    return features, 4 + 2 * features[:, 0] - features[:, 3]


def train(data, options, seed=1, threads=1):
    return fit(*data, options, groups=None, seed=seed, threads=threads)


@pytest.mark.parametrize("options", KINDS, ids=lambda o: f"{o.splits}-{o.estimate}")
def test_it_learns_what_is_there(data, options):
    features, scores = data
    model = train((features[:200], scores[:200]), options)
    error = np.abs(predict(model, features[200:]) - scores[200:]).mean()
    assert error < 0.6 * np.abs(scores[200:] - np.median(scores)).mean()


def test_the_median_is_that_of_the_leaf():
    """One tree with one leaf: the median, not the mean, of all scores."""
    features, scores = np.zeros((5, 2)), np.array([7.0, 0.0, 1.0, 2.0, 1.5])
    options = Options(trees=3, min_leaf=5, splits="random", estimate="median")
    np.testing.assert_array_equal(predict(train((features, scores), options), features), 1.5)


@pytest.mark.parametrize("options", KINDS[2:], ids=lambda o: f"{o.splits}-{o.estimate}")
def test_a_saved_model_predicts_the_same_and_is_the_same_bytes_twice(data, tmp_path, options):
    paths = [tmp_path / name for name in "abc"]
    for path, seed, threads in zip(paths, (1, 1, 2), (1, 2, 1), strict=True):
        save(train(data, options, seed, threads), path)
    one, two, other = (path.read_bytes() for path in paths)
    assert one == two
    assert one != other
    np.testing.assert_array_equal(predict(load(paths[0]), data[0]), predict(train(data, options), data[0]))


def test_a_file_with_code_of_others_is_not_loaded(tmp_path):
    class Stranger:
        pass

    dump({"forest": Stranger()}, tmp_path / "model")
    with pytest.raises(ValueError, match="not loaded"):
        load(tmp_path / "model")
