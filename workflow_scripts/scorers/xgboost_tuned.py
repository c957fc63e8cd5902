"""Gradient-boosted trees (XGBoost) for the absolute error, their depth and number chosen by nested cross-validation."""

import numpy as np
import xgboost

from workflow_scripts.settings.bases.scorers import BoostingOptions, ColumnShare, Depth, Shrinkage, Trees
from workflow_scripts.settings.declared import option

SUFFIX = ".ubj"
PATIENCE = 40  # rounds without a smaller error


class Options(BoostingOptions):
    """What is tried, and the loss: pseudo-Huber, as the absolute error has no second derivative."""

    depths: list[Depth] = option(
        [4, 6, 8], "Depths to try; the one of least absolute error is fitted to all.", min_length=1
    )
    folds: int = option(3, "Number of folds of the training part, of whole fields.", ge=2)
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
