"""Injected sources: completeness, biases and pulls; an exposure before and after."""

import numpy as np
from matplotlib.figure import Figure
from scipy.special import expit

from workflow_scripts.report.names import display_name, row_name
from workflow_scripts.report.style import PALE, SKIES, error_bars, show_image, stretch_of

PANEL = 2.9  # inches
BIASES = {"flux_bias": "relative flux bias", "offset": "offset, pixel"}
WIDEST_PULL = 6.0
STATES = ("before", "after", "difference")


def draw_recovery(injections):
    """Draw per injection completeness, flux bias and offset against magnitude, and the pulls of point sources.

    Parameters
    ----------
    injections : dict of str to (bins, limits, pulls)
        Rows of `completeness.csv`, content of `limits.json`, pulls (n,) float.
    """
    figure = Figure(figsize=(4 * PANEL, PANEL * len(injections)))
    grid = figure.subplots(len(injections), 4, squeeze=False)
    for line, (name, (bins, limits, pulls)) in zip(grid, injections.items(), strict=True):
        rows = [row for row in bins if row["by"] == "mag"]
        middle = np.array([(float(row["low"]) + float(row["high"])) / 2 for row in rows])
        draw_completeness(line[0], middle, rows, limits)
        line[0].set_title(display_name(name))
        for axes, (column, label) in zip(line[1:], BIASES.items(), strict=False):
            axes.plot(middle, [float(row[column] or "nan") for row in rows], "o-", color=SKIES[0], markersize=4)
            axes.set(xlabel="magnitude", ylabel=label)
        line[1].axhline(0, color=PALE, lw=1)
        line[1].set_yscale("symlog", linthresh=0.1)
        line[1].yaxis.set_major_formatter("{x:g}")
        draw_pulls(line[3], pulls)
    return figure


def draw_completeness(axes, middle, rows, limits):
    """Draw completeness in bins with intervals, chance matches, the fitted curve and its limits."""
    value, low, high = (np.array([float(row[f"completeness{end}"]) for row in rows]) for end in ("", "_low", "_high"))
    axes.errorbar(middle, value, error_bars(value, low, high), fmt="o", color=SKIES[0], capsize=3, markersize=4)
    axes.plot(middle, [float(row["chance"]) for row in rows], "_", color=SKIES[1], label="by chance")
    curve = limits["curve"]
    if curve:
        mag = np.linspace(middle.min(), middle.max(), 200)
        fitted = curve["plateau"] * expit(-(mag - curve["middle"]) / curve["width"])
        axes.plot(mag, fitted, color=SKIES[0], lw=1, label="fit")
    for level in (50, 90):
        ends = limits[f"mag_{level}"]
        if None not in ends:
            bars = error_bars(*ends)[:, None]
            axes.errorbar(ends[0], level / 100, xerr=bars, fmt="x", color=SKIES[2])
    axes.legend(loc="lower left")
    axes.set(xlabel="magnitude", ylabel="completeness", ylim=(-0.03, 1.05))


def draw_pulls(axes, pulls):
    """Draw the distribution of pulls beside a Gaussian of unit width; without point sources nothing."""
    if not len(pulls):
        axes.set_visible(False)
        return
    edges = np.linspace(-WIDEST_PULL, WIDEST_PULL, 41)
    axes.hist(np.clip(pulls, *edges[[0, -1]]), edges, density=True, color="#b9c3d6", edgecolor="white", linewidth=0.4)
    axes.plot(edges, np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi), color=SKIES[1], lw=1)
    axes.set(xlabel="pull: (measured - true) / error", ylabel="point sources")


def draw_exposures(cutouts):
    """Draw per injection the middle of the exposure before and after, and the difference, at one stretch.

    Parameters
    ----------
    cutouts : dict of str to (3, y, x) float
    """
    figure = Figure(figsize=(3 * PANEL, PANEL * len(cutouts)))
    grid = figure.subplots(len(cutouts), 3, squeeze=False)
    for line, (name, planes) in zip(grid, cutouts.items(), strict=True):
        low, high, softening = stretch_of(planes[0])
        middle = float(np.median(planes[0]))
        for axes, plane, state in zip(line, planes, STATES, strict=True):
            show_image(axes, plane + (middle if state == "difference" else 0), (low, high, softening))
            axes.set_title(f"{row_name(name)}: {state}" if state == "before" else state, fontsize=9)
    return figure


def injection_row(name, bins, limits):
    """Return the row of an injection in the table of the page."""
    everything = next(row for row in bins if row["by"] == "all")
    n_sources, n_negative = limits["n_sources"], limits["n_negative"]
    pull = [f"{float(everything[key]):.2f}" if everything[key] else "" for key in ("pull", "pull_width")]
    return {
        "name": display_name(name),
        "n": everything["n"],
        **{key: limit_text(limits[key]) for key in ("mag_50", "mag_90")},
        "flux_bias": f"{float(everything['flux_bias']):+.3f}" if everything["flux_bias"] else "",
        "pull": " ± ".join(pull) if all(pull) else "",
        "negative": f"{n_negative} / {n_sources}",
    }


def limit_text(ends):
    """Return a limiting magnitude with its interval; nothing where it is undefined."""
    if ends[0] is None:
        return ""
    low, high = ("" if end is None else f"{end:.2f}" for end in ends[1:])
    return f"{ends[0]:.2f}" + (f" ({low or 'unknown'} to {high})" if high else "")
