"""Network two-sample test: how well a trained network separates generated fields from real ones.

The test of Lopez-Paz and Oquab 2017 with a small convolutional network. The rule `train_referee` trains it on half of
the blocks; its scores of the other half are compared here. The network is fixed, so that exchanging held-out blocks
between the samples is an exact test.
"""

from workflow_scripts.metrics._roc import area_under_curve
from workflow_scripts.settings.bases.metrics import RefereeOptions
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(range=(0.0, 1.0), larger_is_worse=True, reads_referee=True)


class Options(RefereeOptions):
    """Those of the network."""


def measure(real, generated, options, rng):
    """Return the area under the ROC curve of the scores: 0.5 for chance, 1 for perfect separation.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        `values (n, 1)`, the log odds that a tile is generated.
    """
    return area_under_curve(real.values[:, 0], generated.values[:, 0])
