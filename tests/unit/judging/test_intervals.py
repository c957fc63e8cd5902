import pytest

from workflow_scripts.judging.intervals import fraction_interval, mean_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1.0)]
)
def test_fractions_by_wilson(successes, n, low, high):
    """Values of Brown, Cai and DasGupta's formula, by hand."""
    assert fraction_interval(successes, n) == pytest.approx((successes / n, low, high), abs=1e-4)


def test_means_by_student():
    """1 to 5: deviation 1.5811, 4 degrees of freedom, t = 2.7764."""
    assert mean_interval([1, 2, 3, 4, 5]) == pytest.approx((3, 1.0368, 4.9632), abs=1e-4)
