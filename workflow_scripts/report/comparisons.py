"""Value and interval of every sample beside the null distribution, metric by metric."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.judging.comparison import Comparison, Direction
from workflow_scripts.judging.null import CONFIDENCE
from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, colours
from workflow_scripts.report.verdict_text import explain_failure


def draw_comparisons(outcomes, nulls, metrics, skies):
    """Draw a panel per metric.

    Parameters
    ----------
    outcomes : list of Outcome
        Of every metric and sample.
    nulls : dict of str to Null
        By metric.
    metrics, skies : list of str
        In the order of the panels and of their rows.
    """
    results = {(one.metric, one.sample): one.result for one in outcomes}
    samples = ["real_train", *skies]
    figure = Figure(figsize=(8, len(metrics) * (0.9 + 0.38 * len(samples))))
    grid = figure.subplots(len(metrics), 1, squeeze=False)[:, 0]
    for axes, metric in zip(grid, metrics, strict=True):
        draw_metric(axes, {name: results[metric, name] for name in samples}, nulls[metric].values, colours(skies))
        axes.set_title(display_name(metric))
    grid[-1].set_xlabel("value of the metric; shaded: real fields against real fields")
    return figure


def draw_metric(axes, results, null, colour):
    """Draw the samples' values of one metric over its null distribution."""
    measured = [one for one in results.values() if isinstance(one, Comparison)]
    if null is not None:
        draw_null(axes, null, measured[0].direction if measured else Direction.LARGER)
    for row, (name, result) in enumerate(results.items()):
        if isinstance(result, Comparison):
            draw_value(axes, row, result, colour[name])
        else:
            draw_failure(axes, row, result)
    axes.set(yticks=range(len(results)), yticklabels=map(display_name, results), ylim=(len(results) - 0.4, -0.7))
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)


def draw_value(axes, row, comparison, colour):
    """Draw the value of a comparison, its number and its interval."""
    value = comparison.value
    axes.plot([comparison.low, comparison.high], [row, row], color=colour, lw=5, alpha=0.3, solid_capstyle="butt")
    axes.plot(value, row, "o", color=colour, markersize=6)
    text = {"textcoords": "offset points", "ha": "center", "fontsize": 7.5, "color": colour}
    axes.annotate(f"{value:.3g}", (value, row), (0, 6), **text)


def draw_failure(axes, row, failure):
    """Write into the row of a sample why it was not measured."""
    paper = {"facecolor": "white", "alpha": 0.85, "lw": 0, "pad": 1}
    text, place = f"not measured: {explain_failure(failure)}", axes.get_yaxis_transform()
    axes.text(0.02, row, text, transform=place, va="center", fontsize=8, color=PALE, bbox=paper)


def draw_null(axes, null, direction):
    """Shade 95 % of the null distribution, the worst draws left out, and mark its median."""
    if direction is Direction.LARGER:
        ends = null.min(), np.quantile(null, CONFIDENCE)
    else:
        ends = np.quantile(null, 1 - CONFIDENCE), null.max()
    axes.axvspan(*ends, color="#dfe3ea", lw=0, label="95 % of the null distribution")
    axes.axvline(np.median(null), color=PALE, linestyle="--", lw=1, label="its median")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
