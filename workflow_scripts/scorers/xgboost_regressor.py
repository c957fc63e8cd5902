"""Gradient-boosted trees (XGBoost) from features to the similarity score."""

import xgboost

from workflow_scripts.scorers._boosters import load, predict, save  # noqa: F401  (functions of the contract)
from workflow_scripts.settings.bases.scorers import BoostingOptions, ColumnShare, Depth, Shrinkage, Trees
from workflow_scripts.settings.declared import option


class Options(BoostingOptions):
    """The published parameters."""

    trees: Trees = 300
    depth: Depth = 9
    lr: Shrinkage = 0.1
    column_share: ColumnShare = 0.7
    reg_alpha: float = option(2.0, "L1 penalty of the values of the leaves.", ge=0)


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a regressor.

    Parameters
    ----------
    features : (n, k) float
    scores : (n,) float
    options : Options
    groups : (n,) int
        Not used.
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
