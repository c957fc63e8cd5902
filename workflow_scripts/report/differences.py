"""What a metric told each sky by: its most important features, in words."""

from matplotlib.figure import Figure

from workflow_scripts.report.style import PALE, colours
from workflow_scripts.report.tables import words

N_SHOWN = 5  # features of each sky
LINE, HEAD, FOOT = 0.36, 0.42, 0.5  # inches: of a feature, of a sky's name, below all


def draw_differences_of(skies, metric):
    """Draw a panel per sky: a bar per feature, what it says above it.

    Parameters
    ----------
    skies : dict of str to dict
        `value` and `null_high` of the metric, or `reason`, why nothing was measured; `rows`, each with `importance` and
        `words`, the most important first.
    metric : str
        Its name.
    """
    lines = [max(1, min(N_SHOWN, len(found["rows"]))) for found in skies.values()]
    heights = [HEAD + LINE * number for number in lines]
    figure = Figure(figsize=(8, sum(heights) + FOOT))
    grid = figure.subplots(len(skies), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    colour = colours(skies)
    for axes, (sky, found) in zip(grid, skies.items(), strict=True):
        axes.set_title(f"{words(sky)}: {told_of(found, metric)}")
        draw_bars(axes, found["rows"][:N_SHOWN], colour[sky])
    longest = max((float(row["importance"]) for found in skies.values() for row in found["rows"]), default=1)
    grid[-1].set(xlabel="share of what tells them apart that rests on this feature", xlim=(0, max(longest, 0.01)))
    return figure


def told_of(found, metric):
    """Say how well the metric tells a sky from real."""
    if "value" not in found:
        return f"not measured: {found['reason']}"
    return f"{words(metric)} {found['value']:.3f}; 95 % of real against real below {found['null_high']:.3f}"


def draw_bars(axes, rows, colour):
    """Draw the bars of one sky from top to bottom."""
    for place, row in enumerate(rows):
        axes.barh(place, max(float(row["importance"]), 0), height=0.3, color=colour)
        axes.annotate(row["words"], (0, place - 0.18), (2, 0), textcoords="offset points", va="bottom", fontsize=8)
    axes.set(ylim=(max(len(rows), 1) - 0.6, -0.75), yticks=[])
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_color(PALE)
