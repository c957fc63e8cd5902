"""Gradient-boosted trees (XGBoost) for the absolute error, their depth and number chosen by nested cross-validation."""

from dataclasses import dataclass, field

import numpy as np
import xgboost

SUFFIX = ".ubj"
PATIENCE = 40  # rounds without a smaller error


@dataclass(frozen=True)
class Options:
    """What is tried, and what the loss is.

    Every depth of `depths` is tried on `folds` folds of the training part, of whole fields, with at most `trees` trees;
    the one with the smallest absolute error is fitted to all. The loss is a pseudo-Huber one: linear beyond
    `huber_slope`, which has a second derivative where the absolute error has none.
    """

    depths: list = field(default_factory=lambda: [4, 6, 8])
    folds: int = 3
    trees: int = 600
    lr: float = 0.05
    huber_slope: float = 0.2
    row_share: float = 0.7
    column_share: float = 0.5
    min_weight: float = 5.0
    reg_lambda: float = 2.0

    def __post_init__(self):
        if not self.depths or not all(isinstance(depth, int) and depth > 0 for depth in self.depths):
            raise ValueError("depths: whole numbers above 0")
        if self.folds < 2 or self.trees < 1 or self.huber_slope <= 0 or not 0 < self.lr <= 1:
            raise ValueError("folds: at least 2; trees: at least 1; huber_slope: above 0; lr: in (0, 1]")
        if not 0 < self.row_share <= 1 or not 0 < self.column_share <= 1:
            raise ValueError("row_share and column_share: in (0, 1]")


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a regressor.

    Parameters
    ----------
    features : (n, k) float
    scores : (n,) float
    options : Options
    groups : (n,) int
        Field of each image: the inner folds are of whole fields.
    seed, threads : int

    Returns
    -------
    model : xgboost.Booster
    """
    tried = {
        depth: inner_error(features, scores, groups, options, parameters(options, depth, scores, seed, threads))
        for depth in options.depths
    }
    depth = min(tried, key=lambda one: tried[one][0])
    settings = parameters(options, depth, scores, seed, threads)
    return xgboost.train(settings, xgboost.DMatrix(features, scores), tried[depth][1])


def parameters(options, depth, scores, seed, threads):
    """Return what XGBoost is told."""
    return {
        "max_depth": depth,
        "eta": options.lr,
        "subsample": options.row_share,
        "colsample_bytree": options.column_share,
        "min_child_weight": options.min_weight,
        "lambda": options.reg_lambda,
        "objective": "reg:pseudohubererror",
        "huber_slope": options.huber_slope,
        "base_score": float(np.median(scores)),  # what XGBoost would estimate for this loss may lie anywhere
        "max_delta_step": 1.0,  # far from the score the second derivative vanishes and a step would have no bound
        "eval_metric": "mae",
        "tree_method": "hist",
        "seed": seed,
        "nthread": threads,
    }


def inner_error(features, scores, groups, options, settings):
    """Return the cross-validated absolute error at the best number of trees, and that number."""
    names, row = np.unique(groups, return_inverse=True)
    if len(names) < options.folds:
        raise ValueError(f"{len(names)} fields to learn from; {options.folds} folds need as many at least")
    fold, curves = row % options.folds, []  # fields in turn
    for number in range(options.folds):
        inside = fold != number
        told = {}
        xgboost.train(
            settings,
            xgboost.DMatrix(features[inside], scores[inside]),
            options.trees,
            evals=[(xgboost.DMatrix(features[~inside], scores[~inside]), "out")],
            evals_result=told,
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        curves.append(told["out"]["mae"])
    shortest = min(map(len, curves))
    mean = np.mean([curve[:shortest] for curve in curves], axis=0)
    return float(mean.min()), int(mean.argmin()) + 1


def predict(model, features):
    """Return the predicted scores (n,)."""
    return np.asarray(model.predict(xgboost.DMatrix(features)), float)


def save(model, path):
    """Write a model in XGBoost's own format."""
    path.write_bytes(bytes(model.save_raw("ubj")))


def load(path):
    """Read a model that `save` wrote."""
    model = xgboost.Booster()
    model.load_model(bytearray(path.read_bytes()))
    return model
