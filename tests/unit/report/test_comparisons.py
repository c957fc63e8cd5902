"""One chart of all metrics, each in units of its own null distribution."""

import numpy as np
import pytest

from workflow_scripts.judging.comparison import Comparison, Direction, Outcome
from workflow_scripts.judging.null import Null
from workflow_scripts.judging.reasons import Failure, Reason
from workflow_scripts.report.comparisons import TEXT, draw_comparisons, in_null_units, marker_styles
from workflow_scripts.report.style import house_style

SKIES = ["naive", "layered"]


def comparison(value, median, limit, width=0.1):
    direction = Direction.LARGER if limit >= median else Direction.SMALLER
    return Comparison(value, value - width, value + width, median, limit, direction, 9, 0.5, 0.01, 0.0)


@pytest.mark.parametrize(
    ("value", "median", "limit", "scaled"),
    [(0.5, 0.5, 0.6, 0), (0.6, 0.5, 0.6, 1), (1.0, 0.5, 0.6, 5), (0.2, 0.8, 0.6, 3), (0.9, 0.8, 0.6, -0.5)],
)
def test_the_median_of_the_null_is_0_its_limit_1_and_larger_is_worse(value, median, limit, scaled):
    assert in_null_units(value, comparison(value, median, limit)) == pytest.approx(scaled)


def test_a_null_without_width_has_no_units():
    assert np.isnan(in_null_units(0.9, comparison(0.9, 1.0, 1.0)))


def draw(results, nulls):
    """Return the axes of a chart of results by metric and sample."""
    outcomes = [Outcome(sample, metric, one) for metric, found in results.items() for sample, one in found.items()]
    with house_style():
        figure = draw_comparisons(outcomes, nulls, list(results), SKIES)
        figure.canvas.draw()
    assert len(figure.axes) == 1
    return figure.axes[0]


def test_every_metric_and_sample_has_a_marker_at_its_value_in_null_units():
    far, near = comparison(1.0, 0.5, 0.6), comparison(0.55, 0.5, 0.6)
    fewer = comparison(0.2, 0.8, 0.6)
    lost = Failure(Reason.UNDEFINED, "no pairs")
    results = {
        "auc": {"real_train": near, "naive": far, "layered": near},
        "recall": {"real_train": comparison(0.9, 1.0, 1.0), "naive": fewer, "layered": lost},
    }
    nulls = {"auc": Null("auc", np.linspace(0.4, 0.62, 50)), "recall": Null("recall", np.linspace(0.5, 1, 50))}
    axes = draw(results, nulls)
    markers = [line for line in axes.lines if line.get_marker() not in ("None", "")]
    assert [round(float(line.get_xdata()[0]), 6) for line in markers] == [0.5, 5.0, 0.5, 3.0]
    texts = [text.get_text() for text in axes.texts]
    assert texts == [
        "real train: 0.9; real against real is always 1",
        "layered: not measured: undefined: no pairs",
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["AUC", "recall"]
    low, high = axes.get_xlim()
    assert low < -1 < 6 < high  # the whole interval of the worst, the best draws of the null


def test_a_chart_of_failures_alone_says_why():
    lost = Failure(Reason.UNDEFINED, "no pairs, and a message that is too long for the width of the chart " * 2)
    axes = draw({"auc": dict.fromkeys(["real_train", *SKIES], lost)}, {"auc": Null("auc", failure=lost)})
    texts = [text.get_text() for text in axes.texts]
    assert len(texts) == 3
    assert all("not measured: undefined: no pairs" in text and len(text) <= TEXT for text in texts)
    right = axes.get_window_extent().x1
    assert all(text.get_window_extent().x1 < right for text in axes.texts)


def test_samples_differ_without_their_colours():
    skies = [f"sky{number}" for number in range(7)]
    styles = marker_styles(skies)
    looks = {(style["marker"], style["markerfacecolor"] == "white") for style in styles.values()}
    assert len(looks) == 8
