"""Calibration of every scorer: predicted against actual scores, with the prediction interval."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.scores import BEST, binned_quantiles
from workflow_scripts.report.style import INK, PALE, SKIES

COLUMNS, SIDE = 4, 2.7  # panels in a row, inches of a panel


def draw_calibrations(scorers):
    """Draw a panel per scorer, the smallest error first.

    Parameters
    ----------
    scorers : dict of str to dict
        `actual`, `predicted` (m,) float; `mae`, `mae_low`, `mae_high`, `half_width`, `coverage`.
    """
    columns = min(COLUMNS, len(scorers))
    rows = -(-len(scorers) // columns)
    figure = Figure(figsize=(SIDE * columns, (SIDE + 0.35) * rows))
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in panels[len(scorers) :]:
        axes.remove()
    for number, (axes, (name, scorer)) in enumerate(zip(panels, scorers.items(), strict=False)):
        draw_panel(axes, name, scorer)
        axes.tick_params(labelbottom=number + columns >= len(scorers))
    figure.supxlabel("actual score, 0 (heavily damaged) to 8 (real)", fontsize=9)
    figure.supylabel("predicted score; band: 90 % prediction interval", fontsize=9)
    return figure


def draw_panel(axes, name, scorer):
    """Draw one scorer: its test images, the medians in bins, and the 90 % prediction interval."""
    line, width = np.array([0, BEST]), scorer["half_width"]
    axes.fill_between(line, line - width, line + width, color=SKIES[0], alpha=0.12, lw=0)
    axes.plot(line, line, color=PALE, lw=1, linestyle="--")
    axes.plot(scorer["actual"], scorer["predicted"], ".", color=SKIES[0], markersize=3, alpha=0.35, markeredgewidth=0)
    middle, low, high, median = binned_quantiles(scorer["actual"], scorer["predicted"])
    axes.errorbar(middle, median, [median - low, high - median], fmt="o", color=INK, markersize=3.5, lw=1)
    axes.set(xlim=(0, BEST), ylim=(0, BEST), aspect="equal")
    axes.set_title(display_name(name), fontsize=9)
    text = f"error {scorer['mae']:.2f} ({scorer['mae_low']:.2f} to {scorer['mae_high']:.2f})"
    axes.text(0.03, 0.97, f"{text}\ncoverage {scorer['coverage']:.0%}", transform=axes.transAxes, va="top", fontsize=7)
