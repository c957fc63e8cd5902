"""Values and intervals of all samples in one chart, each metric in units of its own null distribution."""

from textwrap import fill, shorten

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from workflow_scripts.judging.comparison import Comparison
from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import INK, PALE, colours
from workflow_scripts.report.verdict_text import explain_failure

MARKERS = "os^DvP*"  # of the skies, distinguishable without colours; one more than there are colours
BAND = "#e3e6ec"
SLOT, GAP = 0.13, 1  # inches: of a sample; slots: between two metrics
FEW_POWERS = 2  # of ten: with more, these alone are written along the axis
NAME, TEXT = 22, 88  # characters of a metric's name in a line, and of the reason of a failure


def draw_comparisons(outcomes, nulls, metrics, skies):
    """Draw the values of all samples, metric by metric, on one axis.

    Parameters
    ----------
    outcomes : list of Outcome
        Of every metric and sample.
    nulls : dict of str to Null
        By metric.
    metrics, skies : list of str
        In the order of the rows and of the markers.
    """
    results = {(one.metric, one.sample): one.result for one in outcomes}
    looks = marker_styles(skies)
    height = len(looks) + GAP
    figure = Figure(figsize=(8, SLOT * height * len(metrics) + 1.3))
    axes = figure.subplots()
    axes.set_xscale("symlog", linthresh=1)
    for number, metric in enumerate(metrics):
        found = {sample: results[metric, sample] for sample in looks}
        draw_metric(axes, height * number, found, nulls[metric].values, looks)
    middle = [height * number + (len(looks) - 1) / 2 for number in range(len(metrics))]
    names = [fill(display_name(metric), NAME) for metric in metrics]
    axes.set(yticks=middle, yticklabels=names, ylim=(height * len(metrics) - GAP / 2 - 0.5, -GAP / 2 - 0.5))
    axes.tick_params(axis="y", length=0)
    finish_axis(axes)
    handles = [Line2D([], [], **{**look, "linestyle": ""}, label=display_name(name)) for name, look in looks.items()]
    band = Patch(color=BAND, label="95 % of real against real")
    figure.legend(handles=[*handles, band], loc="outside upper left", ncols=4)
    return figure


def marker_styles(skies):
    """Return the marker of every sample; that of the real training images is hollow."""
    shapes = {"real_train": "o"} | {sky: MARKERS[number % len(MARKERS)] for number, sky in enumerate(skies)}
    colour = colours(skies)
    return {
        name: {
            "marker": shape,
            "color": colour[name],
            "markerfacecolor": "white" if name == "real_train" else colour[name],
            "markersize": 5,
        }
        for name, shape in shapes.items()
    }


def in_null_units(values, comparison):
    """Return values of a metric in units of its null distribution.

    Returns
    -------
    scaled : float or (n,) float
        0 at the median, 1 at the 95 % limit towards worse values, so that larger is worse by every metric; NaN where
        limit and median are equal.
    """
    unit = comparison.null_limit - comparison.null_median
    return (np.asarray(values, float) - comparison.null_median) / (unit or np.nan)


def draw_metric(axes, top, results, null, looks):
    """Draw the samples of one metric in the rows from `top` on, over its null distribution."""
    measured = [one for one in results.values() if isinstance(one, Comparison)]
    if measured and null is not None:
        draw_band(axes, top, len(results), in_null_units(null, measured[0]))
    for row, (name, result) in enumerate(results.items(), top):
        if text := explain_absence(result):
            write_absence(axes, row, f"{display_name(name)}: {text}")
        else:
            low, value, high = in_null_units([result.low, result.value, result.high], result)
            axes.plot([low, high], [row, row], color=looks[name]["color"], lw=1.8, alpha=0.7, solid_capstyle="butt")
            axes.plot(value, row, **looks[name])
    axes.axhline(top + len(results) - 1 + (GAP + 1) / 2, color=BAND, lw=0.8)


def draw_band(axes, top, n_rows, null):
    """Shade 95 % of a null distribution in its own units, the worst draws left out."""
    if np.isfinite(null).all():
        axes.fill_betweenx([top - 0.6, top + n_rows - 0.4], null.min(), 1, color=BAND, lw=0)


def explain_absence(result):
    """Return why a result cannot be drawn, or nothing."""
    if not isinstance(result, Comparison):
        return f"not measured: {explain_failure(result)}"
    if result.null_limit == result.null_median:
        return f"{result.value:.3g}; real against real is always {result.null_median:.3g}"
    return ""


def write_absence(axes, row, text):
    """Write into the row of a sample why it has no marker."""
    place, text = axes.get_yaxis_transform(), shorten(text, TEXT, placeholder=" ...")
    paper = {"facecolor": "white", "lw": 0, "pad": 0.5}  # over the lines
    axes.text(0.01, row, text, transform=place, va="center", fontsize=7, color=INK, bbox=paper)


def finish_axis(axes):
    """Mark median and limit, and write powers of ten along the axis."""
    for value, line in ((0, "--"), (1, "-")):
        axes.axvline(value, color=PALE, linestyle=line, lw=1, zorder=1)
    axes.grid(visible=False, axis="y")
    low, high = axes.get_xlim()
    powers = 10.0 ** np.arange(1 + np.floor(np.log10(max(-low, high, 1))))
    steps = powers if len(powers) > FEW_POWERS else np.outer(powers, [1, 2, 5]).ravel()
    ticks = np.concatenate([-steps[::-1], [0], steps])
    ticks = ticks[(ticks >= low) & (ticks <= high)]
    axes.set_xticks(ticks, [f"{tick:,.0f}" if abs(tick) < 1e6 else f"{tick:.0e}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(low, high)
    axes.set_xlabel("difference from real images: 0 is the median of real against real, 1 its 95 % limit")
