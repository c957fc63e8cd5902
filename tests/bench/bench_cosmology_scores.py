"""Measure our scorers against the published one on 9600 scored images' source statistics; needs SKYLOOM_REAL_DATA.

Five folds, the same for all. Depth and number of the tuned trees are chosen inside each training part. The difference
of the absolute errors is paired, image by image; its interval is a bootstrap over images.
"""

import csv
import gzip
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from workflow_scripts.features.source_statistics import ratios
from workflow_scripts.scorers import random_forest, xgboost_regressor, xgboost_tuned

N_FOLDS, SEED, THREADS, BEST_SCORE = 5, 7, 2, 8.0
PUBLISHED = "published XGBoost"


def read():
    """Return the 29 statistics (n, 29), their names, and the scores (n,)."""
    folder = Path(os.environ["SKYLOOM_REAL_DATA"], "cosmology")
    with gzip.open(folder / "train_X.csv.gz", "rt") as file:
        names, *rows = csv.reader(file)
    with gzip.open(folder / "train_y.csv.gz", "rt") as file:
        scores = [row["score"] for row in csv.DictReader(file)]
    return np.array(rows, float), names, np.array(scores, float)


def cross_validated(plugin, options, features, scores):
    """Return the predictions of each image by a scorer that did not learn from it, clipped."""
    fold = np.random.default_rng(SEED).permutation(len(scores)) % N_FOLDS
    predicted, settings = np.empty(len(scores)), plugin.Options(**options)
    for number in range(N_FOLDS):
        out = fold == number
        mean, deviation = features[~out].mean(axis=0), features[~out].std(axis=0)
        scaled, groups = (features - mean) / np.where(deviation > 0, deviation, 1), np.arange((~out).sum())
        model = plugin.fit(scaled[~out], scores[~out], settings, groups=groups, seed=SEED, threads=THREADS)
        predicted[out] = np.clip(plugin.predict(model, scaled[out]), 0, BEST_SCORE)
    return predicted, fold


def interval(values):
    """Return the 95 % bootstrap interval of a mean."""
    rng = np.random.default_rng(SEED)
    return np.quantile([rng.choice(values, len(values)).mean() for _ in range(2000)], [0.025, 0.975])


def main():
    if "SKYLOOM_REAL_DATA" not in os.environ:
        print("SKYLOOM_REAL_DATA is not set: nothing measured")
        return
    statistics, names, scores = read()
    more = np.concatenate([statistics, ratios(statistics, names)[0]], axis=1)
    median = {"trees": 200, "min_leaf": 2, "feature_share": 1.0, "splits": "random", "estimate": "median"}
    ways = {
        PUBLISHED: (xgboost_regressor, {}, statistics),
        "published XGBoost, with ratios": (xgboost_regressor, {}, more),
        "tuned XGBoost": (xgboost_tuned, {}, statistics),
        "tuned XGBoost, with ratios": (xgboost_tuned, {}, more),
        "median trees, with ratios": (random_forest, median, more),
    }
    errors = {}
    for name, (plugin, options, features) in ways.items():
        start = time.perf_counter()
        predicted, fold = cross_validated(plugin, options, features, scores)
        errors[name] = np.abs(predicted - scores)
        gain = errors[PUBLISHED] - errors[name]
        low, high = interval(gain)
        share = 100 / errors[PUBLISHED].mean()
        per_fold = ", ".join(f"{errors[name][fold == k].mean():.4f}" for k in range(N_FOLDS))
        print(f"{name}: MAE {errors[name].mean():.4f} ({per_fold}), {time.perf_counter() - start:.0f} s")
        print(
            f"    below published by {gain.mean():.4f} [{low:.4f}, {high:.4f}], {share * gain.mean():.1f} %", flush=True
        )


if __name__ == "__main__":
    main()
