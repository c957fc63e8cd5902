"""Generated galaxies beside real ones, sweeps of one attribute, and requested against measured attributes."""

from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.attributes.known import galaxy_column
from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, SKIES, bare


def draw_galaxies(rows, classes):
    """Draw galaxies of every class, a row per origin.

    Parameters
    ----------
    rows : dict of str to dict of str to (k, y, x[, 3]) uint8
        Pictures by origin and class.
    classes : list of str
    """
    figure = Figure(figsize=(11, 0.66 * len(rows) + 0.4))
    grid = figure.subplots(len(rows), len(classes), squeeze=False)
    for panels, (origin, pictures) in zip(grid, rows.items(), strict=True):
        for axes, name in zip(panels, classes, strict=True):
            show_pictures(axes, pictures[name][None])
        panels[0].set_ylabel(display_name(origin), rotation=0, ha="right", va="center", fontweight="bold")
    for axes, name in zip(grid[0], classes, strict=True):
        axes.set_title(display_name(name))
    return figure


def draw_strips(strips, attributes):
    """Draw sweeps of one attribute at a time: a panel per generator with a row per attribute.

    Parameters
    ----------
    strips : dict of str to (attribute, step, y, x[, 3]) uint8
    attributes : list of str
    """
    columns = min(2, len(strips))
    rows = -(-len(strips) // columns)
    steps = next(iter(strips.values())).shape[1]
    figure = Figure(figsize=(11, rows * (11 / columns * len(attributes) / (steps + 2) + 0.4)))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels[len(strips) :]:
        axes.remove()
    for axes, (name, pictures) in zip(panels, strips.items(), strict=False):
        show_pictures(axes, pictures)
        side = pictures.shape[2] + 1
        labels = [fill(galaxy_column(name).label, 10) for name in attributes]  # the longest would be cut off
        axes.set_yticks([(row + 0.5) * side for row in range(len(attributes))], labels)
        axes.tick_params(length=0)
        axes.set_title(display_name(name))
    return figure


def draw_recovery(pairs, table):
    """Draw measured against requested values: a row per attribute, a column per generator.

    Parameters
    ----------
    pairs : dict of str to dict of str to pair of (n,) float
        Requested and measured values by origin and attribute.
    table : dict of pair of str to float
        R2 by origin and attribute.
    """
    attributes = list(next(iter(pairs.values())))
    figure = Figure(figsize=(1.9 * len(pairs) + 0.6, 2.0 * len(attributes)))
    grid = figure.subplots(len(attributes), len(pairs), squeeze=False, sharex="row", sharey="row")
    for row, attribute in zip(grid, attributes, strict=True):
        for axes, (origin, found) in zip(row, pairs.items(), strict=True):
            requested, measured = found[attribute]
            low, high = np.quantile(requested, [0, 1])
            pad = 0.08 * (high - low)
            axes.plot([low, high], [low, high], color=PALE, lw=1, ls="--")
            axes.plot(requested, np.clip(measured, low - pad, high + pad), ".", ms=2, alpha=0.35, color=SKIES[0])
            axes.set(xlim=(low - pad, high + pad), ylim=(low - pad, high + pad))
            axes.text(0.05, 0.88, f"R² = {table[origin, attribute]:.2f}", transform=axes.transAxes, fontsize=8)
        row[0].set_ylabel(f"measured\n{galaxy_column(attribute).axis_label}")
    for axes, origin in zip(grid[0], pairs, strict=True):
        axes.set_title(display_name(origin), fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("requested")
    return figure


def show_pictures(axes, pictures):
    """Show (row, column, y, x[, 3]) pictures as one mosaic with gaps, the first row on top, its first line below."""
    rows, columns, height, width = pictures.shape[:4]
    canvas = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1, *pictures.shape[4:]), 255, np.uint8)
    for row in range(rows):
        for column in range(columns):
            y, x = row * (height + 1), column * (width + 1)
            canvas[y : y + height, x : x + width] = pictures[row, column, ::-1]  # the first line of pixels is below
    axes.imshow(canvas, cmap="gray", vmin=0, vmax=255)
    bare(axes)
