"""Blends: what they look like with their truth, and how their pairs are spread."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.style import show_image, stretch_of
from workflow_scripts.report.tables import words

N_SHOWN = 8
GALAXIES = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00")
SPREADS = {
    "difference": "difference in magnitude, galaxy 2 - galaxy 1",
    "separation": "separation of galaxies 1 and 2 in pixels",
    "snr": "log10 signal-to-noise ratio of a galaxy",
    "blendedness": "blendedness of a galaxy",
}


def draw_blends(sets):
    """Draw per set of blends a row of blends with the galaxies' masks and positions, and four distributions.

    Parameters
    ----------
    sets : dict of str to dict
        `images (n, y, x)`, `masks (n, g, y, x) bool` and `places (n, g, 2)` in pixels of the first blends, the number
        `n` of all, and of the whole set `difference` in magnitudes, `separation` in pixels, `snr` and `blendedness`.
    """
    figure = Figure(figsize=(11, 3.9 * len(sets)))
    parts = figure.subfigures(len(sets), 1, squeeze=False)[:, 0]
    for part, (name, one) in zip(parts, sets.items(), strict=True):
        top, bottom = part.subfigures(2, 1, height_ratios=[1, 1.5])
        part.suptitle(f"{words(name)}: {one['n']} blends", ha="left", x=0.01, fontweight="bold", fontsize=10)
        stretch = stretch_of(one["images"])
        for number, axes in enumerate(top.subplots(1, N_SHOWN)):
            axes.set_visible(number < len(one["images"]))
            if number < len(one["images"]):
                draw_blend(axes, one["images"][number], one["masks"][number], one["places"][number], stretch)
        values = {**one, "snr": np.log10(one["snr"][one["snr"] > 0])}
        for axes, (quantity, label) in zip(bottom.subplots(1, len(SPREADS)), SPREADS.items(), strict=True):
            draw_distribution(axes, values[quantity], label)
    return figure


def draw_blend(axes, image, masks, places, stretch):
    """Draw one blend with its galaxies' outlines and centres."""
    show_image(axes, image, stretch)
    for mask, colour in zip(masks, GALAXIES, strict=False):
        if mask.any() and not mask.all():
            axes.contour(mask, [0.5], colors=colour, linewidths=1)
    for (x, y), colour in zip(places, GALAXIES, strict=False):
        axes.plot(x, y, "+", color=colour, markersize=7, markeredgewidth=1.3)
    axes.set(xlim=(-0.5, image.shape[1] - 0.5), ylim=(-0.5, image.shape[0] - 0.5))


def draw_distribution(axes, values, label):
    """Draw how one number is spread over the blends."""
    axes.hist(values, bins=24, color="#b9c3d6", edgecolor="white", linewidth=0.4)
    axes.set_xlabel(label, fontsize=7)
