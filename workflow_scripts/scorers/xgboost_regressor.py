"""Gradient-boosted trees (XGBoost) from features to the similarity score."""

from dataclasses import dataclass

import numpy as np
import xgboost

SUFFIX = ".ubj"


@dataclass(frozen=True)
class Options:
    """The published parameters."""

    trees: int = 300
    depth: int = 9
    lr: float = 0.1
    column_share: float = 0.7
    reg_lambda: float = 2.0
    reg_alpha: float = 2.0

    def __post_init__(self):
        if self.trees < 1 or self.depth < 1 or not 0 < self.lr <= 1 or not 0 < self.column_share <= 1:
            raise ValueError("trees and depth: at least 1; lr and column_share: in (0, 1]")


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a regressor.

    Parameters
    ----------
    features : (n, k) float
    scores : (n,) float
    options : Options
    groups : (n,) int
        Not needed here.
    seed, threads : int

    Returns
    -------
    model : xgboost.Booster
    """
    parameters = {
        "max_depth": options.depth,
        "eta": options.lr,
        "colsample_bytree": options.column_share,
        "lambda": options.reg_lambda,
        "alpha": options.reg_alpha,
        "objective": "reg:squarederror",
        "tree_method": "hist",
        "seed": seed,
        "nthread": threads,
    }
    return xgboost.train(parameters, xgboost.DMatrix(features, scores), options.trees)


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
