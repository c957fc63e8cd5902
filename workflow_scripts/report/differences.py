"""The features that distinguish each generated sample from the real one, most important first."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from workflow_scripts.judging.comparison import Comparison
from workflow_scripts.report.difference_text import describe_difference
from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, colours
from workflow_scripts.report.verdict_text import explain_failure

N_SHOWN = 5  # features of each sample
LINE, HEAD, FOOT = 0.36, 0.42, 0.5  # inches: of a feature, of a title, below all


@dataclass(frozen=True)
class Difference:
    """A feature that distinguishes generated images from real ones.

    Attributes
    ----------
    column : settings.contracts.features.Column
    importance : float
    real_mean, real_sd, generated_mean, generated_sd : float
    """

    column: object
    importance: float
    real_mean: float
    real_sd: float
    generated_mean: float
    generated_sd: float

    @property
    def numbers(self):
        """Return means and standard deviations by name."""
        return {name: getattr(self, name) for name in ("real_mean", "real_sd", "generated_mean", "generated_sd")}


def draw_importances(rows, outcomes, metric):
    """Draw a panel per sample: a bar per feature, its description above.

    Parameters
    ----------
    rows : dict of str to list of Difference
        By sample, the most important first.
    outcomes : dict of str to Outcome
        Of the metric that the importances belong to, by sample.
    metric : str
        Its name.
    """
    lines = [max(1, min(N_SHOWN, len(found))) for found in rows.values()]
    heights = [HEAD + LINE * number for number in lines]
    figure = Figure(figsize=(8, sum(heights) + FOOT))
    grid = figure.subplots(len(rows), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    colour = colours(rows)
    for axes, (sample, found) in zip(grid, rows.items(), strict=True):
        axes.set_title(f"{display_name(sample)}: {describe_result(outcomes[sample].result, metric)}")
        draw_bars(axes, found[:N_SHOWN], colour[sample])
    longest = max((row.importance for found in rows.values() for row in found), default=1)
    grid[-1].set(xlabel="fraction of the class separation lost without the feature", xlim=(0, max(longest, 0.01)))
    return figure


def describe_result(result, metric):
    """Return the value of the metric beside its null distribution, or why it was not measured."""
    if not isinstance(result, Comparison):
        return f"not measured: {explain_failure(result)}"
    return f"{display_name(metric)} {result.value:.3f}; 95 % of the null distribution below {result.null_limit:.3f}"


def draw_bars(axes, rows, colour):
    """Draw the bars of one sample from top to bottom."""
    for place, row in enumerate(rows):
        axes.barh(place, max(row.importance, 0), height=0.3, color=colour)
        axes.annotate(
            describe_difference(row.column, **row.numbers),
            (0, place - 0.18),
            (2, 0),
            textcoords="offset points",
            va="bottom",
            fontsize=8,
        )
    axes.set(ylim=(max(len(rows), 1) - 0.6, -0.75), yticks=[])
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_color(PALE)
