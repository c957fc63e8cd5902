"""Prediction and files of XGBoost models, the same for all scorers that train them."""

import numpy as np
import xgboost


def predict(model, features):
    """Return the predicted scores (n,)."""
    return np.asarray(model.predict(xgboost.DMatrix(features)), float)


def save(model, path):
    """Write a model in the format of XGBoost."""
    path.write_bytes(bytes(model.save_raw("ubj")))


def load(path):
    """Read a model written by `save`."""
    model = xgboost.Booster()
    model.load_model(bytearray(path.read_bytes()))
    return model
