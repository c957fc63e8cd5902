"""Blends: what they look like with their truth, and how their pairs are spread."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.style import show_image, stretch_of
from workflow_scripts.report.tables import words

N_SHOWN = 8
GALAXIES = ("#56B4E9", "#E69F00")
FIRST_GALAXY = {"gg_masks": 0, "ogg_masks": 1, "bogg_masks": 2}


def draw_blends(sets):
    """Draw per set of blends a row of blends with the galaxies' masks and positions, and two distributions.

    Parameters
    ----------
    sets : dict of str to dict
        `images (n, y, x)`, `masks (n, g, y, x) bool` or None, `places (n, g, 2)` in pixels, and of the whole set
        `difference` in magnitudes and `separation` in pixels.
    """
    figure = Figure(figsize=(11, 3.9 * len(sets)))
    parts = figure.subfigures(len(sets), 1, squeeze=False)[:, 0]
    for part, (name, one) in zip(parts, sets.items(), strict=True):
        top, bottom = part.subfigures(2, 1, height_ratios=[1, 1.5])
        part.suptitle(
            f"{words(name)}: {len(one['difference'])} blends", ha="left", x=0.01, fontweight="bold", fontsize=10
        )
        stretch = stretch_of(one["images"])
        for number, axes in enumerate(top.subplots(1, N_SHOWN)):
            axes.set_visible(number < len(one["images"]))
            if number < len(one["images"]):
                masks = one["masks"][number] if one["masks"] is not None else ()
                draw_blend(axes, one["images"][number], masks, one["places"][number], stretch)
        left, right = bottom.subplots(1, 2)
        draw_distribution(left, one["difference"], "difference in magnitude, galaxy 2 - galaxy 1")
        draw_distribution(right, one["separation"], "separation in pixels")
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
    axes.set(xlabel=label, ylabel="blends")


def own_masks(masks, method):
    """Return each galaxy's own pixels.

    Parameters
    ----------
    masks : (n, y, x, c) uint8
        As the blending rules write them.
    method : {"gg_masks", "ogg_masks", "bogg_masks"}

    Returns
    -------
    own : (n, g, y, x) bool
    """
    own = masks[..., FIRST_GALAXY[method] :] > 0
    if method == "bogg_masks":  # there the overlap belongs to no galaxy
        own = own | (masks[..., 1:2] > 0)
    return np.moveaxis(own, -1, 1)
