"""Classifier two-sample test: how well a classifier tells generated images from real ones.

Lopez-Paz and Oquab 2017. Cross-fitted: an image is judged by a classifier that saw no image of its field.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RANGE = (0.0, 1.0)
LARGER_IS_WORSE = True
TAKES = {}


@dataclass(frozen=True)
class Options:
    """`folds` of the cross-fit, at most the number of fields; `strength`, the inverse of the regularisation."""

    folds: int = 5
    strength: float = 0.1

    def __post_init__(self):
        if self.folds < 2 or self.strength <= 0:
            raise ValueError("folds: at least 2; strength: above 0")


def measure(real, generated, options, rng):
    """Return the area under the curve of the cross-fitted classifier: 0.5 cannot tell them apart, 1 always can.

    Parameters
    ----------
    real, generated : judging.sample.Sample
    rng : numpy.random.Generator
        Deals the fields to the folds.

    Raises
    ------
    ValueError
        Where a side has a single field.
    """
    n_folds = min(options.folds, len(real.groups), len(generated.groups))
    if n_folds < 2:
        raise ValueError("a two-sample test needs images of at least 2 fields on each side")
    folds = [deal(sample.group, n_folds, rng) for sample in (real, generated)]
    values = np.concatenate([real.values, generated.values])
    label = np.repeat([0, 1], [len(real.values), len(generated.values)])
    fold, judged = np.concatenate(folds), np.empty(len(label))
    for number in range(n_folds):
        out = fold == number
        model = make_pipeline(StandardScaler(), LogisticRegression(C=options.strength, max_iter=300))
        judged[out] = model.fit(values[~out], label[~out]).predict_proba(values[out])[:, 1]
    return area_under_curve(judged, label)


def deal(group, n_folds, rng):
    """Deal groups to folds as evenly as their number allows; return the fold of each row."""
    names, inverse = np.unique(group, return_inverse=True)
    return (rng.permutation(len(names)) % n_folds)[inverse]


def area_under_curve(judged, label):
    """Return the probability that a generated image is judged higher than a real one."""
    ranks, positive = rankdata(judged), label == 1
    n_one, n_zero = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n_one * (n_one + 1) / 2) / (n_one * n_zero))
