"""Scores of images by a fitted scorer: averaged over tiles, clipped, with a prediction interval and a warning.

The interval is split conformal (Vovk et al. 2005): its width comes from the absolute errors on held-out images. An
image lies outside the training support where its features exceed the training range by more than those of 99 % of the
calibration images.
"""

import numpy as np

FORMAT_VERSION = 3
BEST_SCORE = 8.0
CONFIDENCE = 0.9
RANGE = (0.001, 0.999)  # quantiles of the training features that bound the support
SUPPORTED = 0.99  # fraction of the calibration images inside the support


def describe_features(value):
    """Return mean, standard deviation and range of the training features (n, k) of a scorer."""
    mean, deviation = value.mean(axis=0, dtype=float), value.std(axis=0, dtype=float)
    deviation[deviation == 0] = 1.0
    low, high = np.quantile((value - mean) / deviation, RANGE, axis=0)
    return {"mean": mean.tolist(), "deviation": deviation.tolist(), "low": low.tolist(), "high": high.tolist()}


def scale(value, about):
    """Return features (n, k), standardised by the mean and the standard deviation of the training features."""
    return (value - np.array(about["mean"])) / np.array(about["deviation"])


def score_rows(value, about, predict):
    """Return the score of each row of features, and its distance beyond the training range.

    Parameters
    ----------
    value : (n, k) float
    about : dict
        Return value of `describe_features`.
    predict : callable
        From scaled features to scores.

    Returns
    -------
    score : (n,) float, in [0, 8]
    excess : (n,) float
        Mean over the features of the distance beyond the training range, in standard deviations.
    """
    scaled = scale(value, about)
    beyond = np.maximum(np.array(about["low"]) - scaled, 0) + np.maximum(scaled - np.array(about["high"]), 0)
    return np.clip(predict(scaled), 0, BEST_SCORE), beyond.mean(axis=1)


def average(values, owner):
    """Return the images that rows belong to, sorted, and the mean of the rows' values per image."""
    owners, row = np.unique(owner, return_inverse=True)
    return owners, np.bincount(row, values) / np.bincount(row)


def calibrate(predicted, actual, excess):
    """Return the half width of the prediction interval and the limit of the support, from held-out images.

    ASSUME: those images are exchangeable with the ones to be scored. Damaged copies of few fields are not quite; the
    report states the coverage on the test part.
    """
    n = len(actual)
    rank = min(int(np.ceil((n + 1) * CONFIDENCE)), n)
    return {
        "confidence": CONFIDENCE,
        "half_width": float(np.sort(np.abs(predicted - actual))[rank - 1]),
        "support_limit": float(np.quantile(excess, SUPPORTED)),
        "n_calibration": n,
    }


def predict_intervals(predicted, excess, about):
    """Return the interval (low, high) of each score, and whether its image lies outside the training support."""
    low, high = (np.clip(predicted + sign * about["half_width"], 0, BEST_SCORE) for sign in (-1, 1))
    return low, high, excess > about["support_limit"]


def errors_by_score(predicted, actual):
    """Return the absolute error and the bias per whole number of the actual score."""
    step = np.clip(actual.astype(int), 0, int(BEST_SCORE) - 1)
    found = []
    for low in np.unique(step):
        error = (predicted - actual)[step == low]
        about = {"mae": float(np.abs(error).mean()), "bias": float(error.mean()), "n": len(error)}
        found.append({"low": int(low), "high": int(low) + 1, **about})
    return found


def check_version(about, path):
    """Refuse a scorer that another version of the code wrote.

    Raises
    ------
    ValueError
        Naming both versions.
    """
    version = about.get("format_version", 1)
    if version != FORMAT_VERSION:
        raise ValueError(
            f"{path}: scorer of format version {version}, this code reads {FORMAT_VERSION}: train the scorer again"
        )


def check_features(attributes, about, path):
    """Refuse features that a scorer was not trained on.

    Raises
    ------
    ValueError
        If the images have another size or number of bands, or where the features differ.
    """
    if attributes.get("measured_on") != about["measured_on"]:
        raise ValueError(
            f"{path}: images of {describe_shape(attributes.get('measured_on'))}; this scorer was trained on images of "
            f"{describe_shape(about['measured_on'])}"
        )
    if attributes["columns"] != about["columns"]:
        raise ValueError(f"{path}: not the features that this scorer was trained on: remove both, and run again")


def describe_shape(shape):
    """Return the shape of an image, `y,x` or `y,x,band`, as text."""
    sides = (shape or "?").split(",")
    return "x".join(sides[1::-1]) + " px" + (f" in {sides[2]} bands" if len(sides) > 2 else "")
