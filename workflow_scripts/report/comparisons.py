"""The leaderboard as a picture: every sample's value, its interval and the null, metric by metric."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.style import PALE, colours
from workflow_scripts.report.tables import words


def draw_comparisons(results, nulls, skies):
    """Draw a panel per metric.

    Parameters
    ----------
    results : dict of str to dict
        Per metric and sample: `value`, `low`, `high`, or `reason` where it was not measured.
    nulls : dict of str to array or None
        Draws of real against real of each metric.
    """
    samples = ["real_train", *skies]
    figure = Figure(figsize=(8, len(results) * (0.9 + 0.38 * len(samples))))
    grid = figure.subplots(len(results), 1, squeeze=False)[:, 0]
    for axes, (metric, judged) in zip(grid, results.items(), strict=True):
        draw_metric(axes, judged, nulls[metric], samples, colours(skies))
        axes.set_title(words(metric))
    grid[-1].set_xlabel("value of the metric; in the shade, real fields against real fields")
    return figure


def draw_metric(axes, judged, null, samples, colour):
    """Draw the samples' values of one metric over its null."""
    if null is not None:
        draw_null(axes, null, larger_is_worse(judged.values()))
    for row, name in enumerate(samples):
        result = judged[name]
        if "value" not in result:
            say_reason(axes, row, result["reason"])
            continue
        axes.plot(
            [result["low"], result["high"]], [row, row], color=colour[name], lw=5, alpha=0.3, solid_capstyle="butt"
        )
        axes.plot(result["value"], row, "o", color=colour[name], markersize=6)
        axes.annotate(
            f"{result['value']:.3g}",
            (result["value"], row),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            color=colour[name],
        )
    axes.set(yticks=range(len(samples)), yticklabels=map(words, samples), ylim=(len(samples) - 0.4, -0.7))
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)


def say_reason(axes, row, reason):
    """Say in a sample's row why it was not measured."""
    paper = {"facecolor": "white", "alpha": 0.85, "lw": 0, "pad": 1}
    place = axes.get_yaxis_transform()
    axes.text(0.02, row, f"not measured: {reason}", transform=place, va="center", fontsize=8, color=PALE, bbox=paper)


def larger_is_worse(results):
    """Tell whether larger values of a metric are worse."""
    return all(one["worse"] == "larger" for one in results if "value" in one)


def draw_null(axes, null, larger_is_worse):
    """Shade where 95 % of the null lies, the worst draws left out, and mark its median."""
    ends = (null.min(), np.quantile(null, 0.95)) if larger_is_worse else (np.quantile(null, 0.05), null.max())
    axes.axvspan(*ends, color="#dfe3ea", lw=0, label="95 % of real against real")
    axes.axvline(np.median(null), color=PALE, linestyle="--", lw=1, label="its median")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)
