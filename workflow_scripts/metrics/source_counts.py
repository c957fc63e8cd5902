"""Number of sources per field: Wasserstein distance of the distributions, over the mean number in real fields."""

from dataclasses import replace

from workflow_scripts.metrics._distributions import Sorted
from workflow_scripts.settings.contracts.metrics import Metric

DECLARATION = Metric(
    range=(0.0, float("inf")),
    larger_is_worse=True,
    prepares=True,
    features={"layout": {}},
    damages=(
        "removed",
        "added",
    ),
)


def prepare(pool, options, rng):
    """Sort the numbers of sources."""
    counts = pool.values[:, [pool.columns.index("n_sources")]]
    return replace(pool, values=counts, shared=Sorted.of(counts))


def measure(real, generated, options, rng):
    """Return W1 of the numbers of sources, over their mean in the real fields.

    Parameters
    ----------
    real, generated : judging.sample.Sample
        Return value of `prepare`.

    Raises
    ------
    ValueError
        If the real fields have no source.
    """
    mean = real.values.mean()
    if not mean > 0:
        raise ValueError("no source in any real field: the distance of the numbers has no scale")
    return float(real.shared.wasserstein(real.row, generated.row)[0] / mean)
