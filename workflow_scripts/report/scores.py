"""Scores of every sample by each scorer, and the calibration of the scorers."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, colours

BEST, N_BINS = 8.0, 40


def draw_scores(scorers, skies):
    """Draw a row per scorer: the scores of every sample, and predicted against actual on the test ladder.

    Parameters
    ----------
    scorers : dict of str to dict
        `scores`: per sample (n,) float; `actual`, `predicted` (m,) float; `report`: the error of the scorer.
    """
    samples = ["real_test", "real_train", *skies]
    figure = Figure(figsize=(9.5, len(scorers) * max(3.8, 0.6 * len(samples) + 1)))
    grid = figure.subplots(len(scorers), 2, squeeze=False, width_ratios=[1.5, 1])
    for (left, right), (name, scorer) in zip(grid, scorers.items(), strict=True):
        draw_ridges(left, [scorer["scores"][sample] for sample in samples], samples, colours(skies))
        left.set_title(display_name(name))
        draw_calibration(right, scorer["actual"], scorer["predicted"], scorer["report"])
    return figure


def draw_ridges(axes, scores, samples, colour):
    """Draw a small histogram per sample, one below the other, with its mean."""
    edges = np.linspace(0, BEST, N_BINS + 1)
    labels = [f"{display_name(name)}\nmean {values.mean():.1f}" for name, values in zip(samples, scores, strict=True)]
    for row, (name, values) in enumerate(zip(samples, scores, strict=True)):
        counts = np.histogram(np.clip(values, 0, BEST), edges)[0]
        axes.stairs(row - 0.75 * counts / counts.max(), edges, baseline=row, fill=True, color=colour[name], alpha=0.55)
        axes.axhline(row, color=colour[name], lw=0.8)
        mean = values.mean()
        axes.plot([mean, mean], [row, row - 0.82], color=colour[name], lw=1.4)
    axes.set(yticks=range(len(samples)), yticklabels=labels, ylim=(len(samples) - 0.8, -1.05))
    axes.set(xlim=(0, BEST), xlabel="score, 0 (heavily damaged) to 8 (real); line: mean")
    axes.grid(visible=False, axis="y")


def draw_calibration(axes, actual, predicted, report):
    """Draw predicted against actual scores of held-out damaged real fields."""
    axes.plot([0, BEST], [0, BEST], color=PALE, lw=1, linestyle="--")
    axes.plot(actual, predicted, ".", color="#9aa4b8", markersize=4, alpha=0.6, markeredgewidth=0)
    middle, low, high, mean = binned_quantiles(actual, predicted)
    axes.errorbar(
        middle,
        mean,
        [mean - low, high - mean],
        fmt="o",
        color="#1b1e28",
        markersize=4,
        lw=1,
        label="median, 16 to 84 %",
    )
    axes.set(xlim=(0, BEST), ylim=(0, BEST), xlabel="actual score", ylabel="predicted score", aspect="equal")
    axes.set_title(f"mean error {report['mae']:.2f}; constant prediction {report['mae_constant']:.2f}", fontsize=9)
    axes.legend(loc="upper left")


def binned_quantiles(actual, predicted, n_bins=8):
    """Return centre, 16 %, 84 % and median of the predictions in bins of the actual score with three images or more."""
    edges = np.linspace(0, BEST, n_bins + 1)
    place = np.clip(np.digitize(actual, edges) - 1, 0, n_bins - 1)
    held = [number for number in range(n_bins) if np.sum(place == number) >= 3]
    middle = np.array([(edges[number] + edges[number + 1]) / 2 for number in held])
    spread = [np.percentile(predicted[place == number], [16, 84, 50]) for number in held]
    return middle, *np.array(spread).reshape(-1, 3).T
