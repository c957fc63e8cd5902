"""Classifier two-sample test: how well a classifier tells generated images from real ones.

Lopez-Paz and Oquab 2017. Cross-fitted: an image is judged by a classifier that saw no image of its field. The
classifier is a regularised linear discriminant (Friedman 1989) of the features and their squares: it has a closed
form, and sees differences of means and of widths.
"""

from dataclasses import replace

import numpy as np
from scipy.stats import rankdata

from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, explains=True)
FAR = 5.0  # deviations: one strange image must not outweigh all others


class Options(Declared):
    """Cross-fit and regularisation."""

    folds: int = option(5, "Number of folds of the cross-fit; at most the number of fields.", ge=2)
    shrinkage: float = option(0.1, "Shrinkage of the covariance towards its diagonal.", gt=0, le=1)


def prepare(pool, options, rng):
    """Return the standardised features, and their squares."""
    scaled = np.clip(standardised(pool.values), -FAR, FAR)
    return replace(pool, values=np.concatenate([scaled, standardised(scaled**2)], axis=1))


def standardised(values):
    """Return columns of mean 0 and deviation 1; a constant one is 0."""
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def measure(real, generated, options, rng):
    """Return the area under the curve of the cross-fitted classifier: 0.5 cannot tell them apart, 1 always can.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        What `prepare` returned.
    rng : numpy.random.Generator
        Deals the fields to the folds.

    Raises
    ------
    ValueError
        Where a side has a single field.
    """
    sides = dealt(real, generated, options, rng)
    judged = [np.concatenate(side) for side in zip(*cross_fitted(*sides, options.shrinkage), strict=True)]
    return area_under_curve(np.concatenate(judged), np.repeat([0, 1], [len(side) for side in judged]))


def explain(real, generated, options, rng):
    """Return how much of what the classifier sees rests on each feature, (k,).

    The distance of the classes in deviations of the log odds, and the share of it that is lost where a feature is
    exchanged at random among all images: its mean difference is gone, and its scatter has nothing to do with the
    others'. Permutation importance (Breiman 2001) in closed form, a feature and its square together; 0 where the
    classes lie the wrong way round. Features that say the same share what rests on them.

    Parameters
    ----------
    as for `measure`
    """
    sides = dealt(real, generated, options, rng)
    parts = zip(discriminants(*sides, options.shrinkage), *sides, strict=True)
    terms = [[terms_of(values, *found) for values in pair] for found, *pair in parts]
    one, other = (np.concatenate(side) for side in zip(*terms, strict=True))
    both = np.concatenate([one, other]).var(axis=0)
    rests = [side.sum(axis=1, keepdims=True) - side for side in (one, other)]
    whole = distance(one.sum(axis=1), other.sum(axis=1), 0.0)
    return 1 - distance(*rests, both) / whole if whole > 0 else np.zeros(len(both))


def terms_of(values, weight, middle):
    """Return what each feature and its square add to the log odds, (n, k), the middle shared out."""
    terms = (values * weight).reshape(len(values), 2, -1).sum(axis=1)
    return terms - middle / terms.shape[1]


def distance(one, other, more):
    """Return the difference of means in deviations within the classes, to whose variance `more` is added."""
    within = (one.var(axis=0) + other.var(axis=0)) / 2 + more + np.finfo(float).tiny  # of images all alike
    return (other.mean(axis=0) - one.mean(axis=0)) / np.sqrt(within)


def dealt(real, generated, options, rng):
    """Return the values of the real images and of the generated ones, fold by fold.

    Raises
    ------
    ValueError
        Where a side has a single field.
    """
    n_folds = min(options.folds, len(real.groups), len(generated.groups))
    if n_folds < 2:
        raise ValueError("a two-sample test needs images of at least 2 fields on each side")
    folds = [(sample, deal(sample.group, n_folds, rng)) for sample in (real, generated)]
    return [[sample.values[fold == number] for number in range(n_folds)] for sample, fold in folds]


def deal(group, n_folds, rng):
    """Deal groups to folds as evenly as their number allows; return the fold of each row."""
    names, inverse = np.unique(group, return_inverse=True)
    return (rng.permutation(len(names)) % n_folds)[inverse]


def cross_fitted(real, generated, shrinkage):
    """Yield the log odds of each fold's images, real and generated, by the discriminant of all other folds.

    Parameters
    ----------
    real, generated : list of (n, k) float
        The images of each fold.
    """
    for (weight, middle), a, b in zip(discriminants(real, generated, shrinkage), real, generated, strict=True):
        yield a @ weight - middle, b @ weight - middle


def discriminants(real, generated, shrinkage):
    """Yield for each fold the discriminant of all other folds."""
    sums = np.array([[moments(fold) for fold in side] for side in (real, generated)])
    others = sums.sum(axis=1, keepdims=True) - sums
    for number in range(len(real)):
        yield discriminant(*others[:, number], shrinkage)


def moments(values):
    """Return number, sums and sums of products of rows (n, k) in one array (1 + k, 1 + k)."""
    extended = np.concatenate([np.ones((len(values), 1)), values], axis=1)
    return extended.T @ extended


def discriminant(real, generated, shrinkage):
    """Return the weights of the features and the middle between the classes, from their `moments`."""
    (n, one), (m, other) = ((sums[0, 0], sums[0, 1:] / sums[0, 0]) for sums in (real, generated))
    within = real[1:, 1:] - n * np.outer(one, one) + generated[1:, 1:] - m * np.outer(other, other)
    within = (1 - shrinkage) * within / (n + m - 2) + shrinkage * np.eye(len(one))
    weight = np.linalg.solve(within, other - one)
    return weight, weight @ (one + other) / 2


def area_under_curve(judged, label):
    """Return the probability that a generated image is judged higher than a real one."""
    ranks, positive = rankdata(judged), label == 1
    n_one, n_zero = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n_one * (n_one + 1) / 2) / (n_one * n_zero))
