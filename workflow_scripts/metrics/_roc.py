"""The ROC curve of a classifier."""

import numpy as np
from scipy.stats import rankdata


def area_under_curve(real, generated):
    """Return the probability that a generated image has a larger value than a real one, ties counted half.

    Parameters
    ----------
    real, generated : (n,), (m,) float
        Log odds, or any other statistic of the images.
    """
    n, m = len(real), len(generated)
    ranks = rankdata(np.concatenate([real, generated]))[n:].sum()
    return float((ranks - m * (m + 1) / 2) / (n * m))
