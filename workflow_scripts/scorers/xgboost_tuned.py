"""Gradient-boosted trees (XGBoost) for the absolute error, with depth and number chosen by cross-validation."""

import numpy as np
import xgboost

from workflow_scripts.scorers._boosters import load, predict, save  # noqa: F401  (functions of the contract)
from workflow_scripts.settings.bases.scorers import BoostingOptions, ColumnShare, Depth, Shrinkage, Trees
from workflow_scripts.settings.declared import option

PATIENCE = 40  # rounds without a smaller error


class Options(BoostingOptions):
    """Candidate depths and the pseudo-Huber loss, used as the absolute error has no second derivative."""

    depths: list[Depth] = option(
        [4, 6, 8],
        "Candidate depths; that of the smallest cross-validated absolute error is fitted to all images.",
        min_length=1,
    )
    folds: int = option(3, "Number of folds of the training part, of whole blocks.", ge=2)
    trees: Trees = 600
    lr: Shrinkage = 0.05
    huber_slope: float = option(0.2, "Residual beyond which the loss is linear.", gt=0)
    row_share: float = option(0.7, "Fraction of the images that each tree sees.", gt=0, le=1)
    column_share: ColumnShare = 0.5
    min_weight: float = option(5.0, "Smallest sum of second derivatives in a leaf.", ge=0)


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a regressor.

    Parameters
    ----------
    features : (n, k) float
    scores : (n,) float
    options : Options
    groups : (n,) int
        Block of each image; the inner folds consist of entire blocks.
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
    """Return the parameters of XGBoost."""
    return {
        "max_depth": depth,
        "eta": options.lr,
        "subsample": options.row_share,
        "colsample_bytree": options.column_share,
        "min_child_weight": options.min_weight,
        "lambda": options.reg_lambda,
        "objective": "reg:pseudohubererror",
        "huber_slope": options.huber_slope,
        "base_score": float(np.median(scores)),  # XGBoost's own estimate for this loss is unreliable
        "max_delta_step": 1.0,  # the second derivative vanishes at large residuals, where steps would be unbounded
        "eval_metric": "mae",
        "tree_method": "hist",
        "seed": seed,
        "nthread": threads,
    }


def inner_error(features, scores, groups, options, settings):
    """Return the cross-validated absolute error at the best number of trees, and that number."""
    names, row = np.unique(groups, return_inverse=True)
    if len(names) < options.folds:
        raise ValueError(f"{len(names)} training blocks; {options.folds} folds need at least as many")
    fold, curves = row % options.folds, []  # blocks in turn
    for number in range(options.folds):
        inside = fold != number
        history = {}
        xgboost.train(
            settings,
            xgboost.DMatrix(features[inside], scores[inside]),
            options.trees,
            evals=[(xgboost.DMatrix(features[~inside], scores[~inside]), "out")],
            evals_result=history,
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        curves.append(history["out"]["mae"])
    shortest = min(map(len, curves))
    mean = np.mean([curve[:shortest] for curve in curves], axis=0)
    return float(mean.min()), int(mean.argmin()) + 1
