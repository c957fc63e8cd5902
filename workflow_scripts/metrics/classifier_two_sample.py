"""Classifier two-sample test: how well a classifier separates generated images from real ones.

Lopez-Paz and Oquab 2017. Cross-fitted: an image is classified by a discriminant that was fitted without its block. The
classifier is a regularised linear discriminant (Friedman 1989) of the features and their squares: it has a closed
form, and responds to differences of means and of variances.
"""

from dataclasses import replace

import numpy as np

from workflow_scripts.metrics._roc import area_under_curve
from workflow_scripts.settings.contracts.metrics import Metric
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Metric(
    range=(0.0, 1.0), larger_is_worse=True, prepares=True, explains=True, damages=("blurred", "noise", "background")
)
CLIPPED = 5.0  # standard deviations: a single outlier must not outweigh all other images


class Options(Declared):
    """Cross-fit and regularisation."""

    folds: int = option(5, "Number of folds of the cross-fit; at most the number of blocks.", ge=2)
    shrinkage: float = option(0.1, "Shrinkage of the covariance towards its diagonal.", gt=0, le=1)


def prepare(pool, options, rng):
    """Return the standardised features, and their squares."""
    scaled = np.clip(standardise(pool.values), -CLIPPED, CLIPPED)
    return replace(pool, values=np.concatenate([scaled, standardise(scaled**2)], axis=1))


def standardise(values):
    """Return columns of mean 0 and standard deviation 1; a constant column becomes 0."""
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def measure(real, generated, options, rng):
    """Return the area under the ROC curve of the cross-fitted classifier: 0.5 for chance, 1 for perfect separation.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.
    rng : numpy.random.Generator
        Assigns the blocks to the folds.

    Raises
    ------
    ValueError
        If a side has fewer than two blocks.
    """
    sides = split_folds(real, generated, options, rng)
    log_odds = [np.concatenate(side) for side in zip(*cross_fit(*sides, options.shrinkage), strict=True)]
    return area_under_curve(*log_odds)


def explain(real, generated, options, rng):
    """Return the permutation importance of each feature for the classifier, (k,).

    The fraction of the distance between the classes, in standard deviations of the log odds, that is lost where the
    feature and its square are permuted among all images (Breiman 2001, here in closed form): their mean difference is
    removed, and their scatter is independent of the other features. 0 where the classes are not separated in the
    right order. Correlated features share their importance.

    Parameters
    ----------
    as for `measure`
    """
    sides = split_folds(real, generated, options, rng)
    parts = zip(discriminants(*sides, options.shrinkage), *sides, strict=True)
    terms = [[terms_of(values, *found) for values in pair] for found, *pair in parts]
    one, other = (np.concatenate(side) for side in zip(*terms, strict=True))
    both = np.concatenate([one, other]).var(axis=0)
    rests = [side.sum(axis=1, keepdims=True) - side for side in (one, other)]
    whole = distance(one.sum(axis=1), other.sum(axis=1), 0.0)
    return 1 - distance(*rests, both) / whole if whole > 0 else np.zeros(len(both))


def terms_of(values, weight, middle):
    """Return the contribution of each feature and its square to the log odds, (n, k), the offset divided evenly."""
    terms = (values * weight).reshape(len(values), 2, -1).sum(axis=1)
    return terms - middle / terms.shape[1]


def distance(one, other, more):
    """Return the difference of the means over the standard deviation within the classes, `more` added in variance."""
    within = (one.var(axis=0) + other.var(axis=0)) / 2 + more + np.finfo(float).tiny  # of identical images
    return (other.mean(axis=0) - one.mean(axis=0)) / np.sqrt(within)


def split_folds(real, generated, options, rng):
    """Return the values of the real images and of the generated ones, fold by fold.

    Raises
    ------
    ValueError
        If a side has fewer than two blocks.
    """
    n_folds = min(options.folds, len(real.groups), len(generated.groups))
    if n_folds < 2:
        counts = f"{len(real.groups)} real and {len(generated.groups)} generated blocks"
        raise ValueError(f"{counts} have measurements; the two-sample test needs at least 2 of each")
    folds = [(sample, assign_folds(sample.group, n_folds, rng)) for sample in (real, generated)]
    return [[sample.values[fold == number] for number in range(n_folds)] for sample, fold in folds]


def assign_folds(group, n_folds, rng):
    """Assign groups to folds of equal size, as far as their number allows; return the fold of each row."""
    names, inverse = np.unique(group, return_inverse=True)
    return (rng.permutation(len(names)) % n_folds)[inverse]


def cross_fit(real, generated, shrinkage):
    """Yield the log odds of each fold's images, real and generated, by the discriminant fitted to all other folds.

    Parameters
    ----------
    real, generated : list of (n, k) float
        The images of each fold.
    """
    for (weight, middle), a, b in zip(discriminants(real, generated, shrinkage), real, generated, strict=True):
        yield a @ weight - middle, b @ weight - middle


def discriminants(real, generated, shrinkage):
    """Yield for each fold the discriminant fitted to all other folds."""
    sums = np.array([[moments(fold) for fold in side] for side in (real, generated)])
    others = sums.sum(axis=1, keepdims=True) - sums
    for number in range(len(real)):
        yield discriminant(*others[:, number], shrinkage)


def moments(values):
    """Return number, sums and sums of products of the rows (n, k), in one array (1 + k, 1 + k)."""
    extended = np.concatenate([np.ones((len(values), 1)), values], axis=1)
    return extended.T @ extended


def discriminant(real, generated, shrinkage):
    """Return the weights of the features and the midpoint between the classes, from their `moments`."""
    (n, one), (m, other) = ((sums[0, 0], sums[0, 1:] / sums[0, 0]) for sums in (real, generated))
    within = real[1:, 1:] - n * np.outer(one, one) + generated[1:, 1:] - m * np.outer(other, other)
    within = (1 - shrinkage) * within / (n + m - 2) + shrinkage * np.eye(len(one))
    weight = np.linalg.solve(within, other - one)
    return weight, weight @ (one + other) / 2
