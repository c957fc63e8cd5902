import numpy as np

from workflow_scripts.scorers.linear_regressor import Options, fit, load, predict, save


def test_it_finds_a_line_and_keeps_it(tmp_path):
    rng = np.random.default_rng(0)
    features = rng.normal(3, 1, size=(200, 2))
    scores = 1 + 2 * features[:, 0] - features[:, 1]
    model = fit(features, scores, Options(), groups=None, seed=1, threads=1)
    np.testing.assert_allclose(model, [1, 2, -1], atol=1e-4)
    save(model, tmp_path / "model")
    np.testing.assert_array_equal(predict(load(tmp_path / "model"), features), predict(model, features))


def test_a_constant_feature_has_no_slope():
    model = fit(np.ones((10, 1)), np.arange(10.0), Options(), groups=None, seed=1, threads=1)
    np.testing.assert_allclose(predict(model, np.ones((3, 1))), 4.5)
