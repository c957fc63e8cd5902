"""Linear regression from features to the score, e.g. for the calibration of a score that a network predicts."""

import io

import numpy as np

from workflow_scripts.settings.declared import Declared, option


class Options(Declared):
    """Regularisation."""

    ridge: float = option(1e-6, "Weight of the squared slopes, per image.", ge=0)


def fit(features, scores, options, *, groups, seed, threads):
    """Fit a linear model by least squares.

    Parameters
    ----------
    features : (n, k) float
        Standardised.
    scores : (n,) float
    groups, seed, threads
        Not used.

    Returns
    -------
    model : (1 + k,) float
        Intercept and slopes.
    """
    middle, mean = features.mean(axis=0), scores.mean()
    centred = features - middle
    normal = centred.T @ centred + options.ridge * len(features) * np.eye(features.shape[1])
    slopes = np.linalg.solve(normal, centred.T @ (scores - mean))
    return np.concatenate([[mean - middle @ slopes], slopes])


def predict(model, features):
    """Return the predicted scores (n,)."""
    return model[0] + features @ model[1:]


def save(model, path):
    """Write a model as NPY."""
    packed = io.BytesIO()
    np.save(packed, model)
    path.write_bytes(packed.getvalue())


def load(path):
    """Read a model written by `save`."""
    return np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
