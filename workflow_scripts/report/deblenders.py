"""Deblenders: their performance against blendedness and signal-to-noise ratio, and what they make of single blends."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from workflow_scripts.report.blends import GALAXIES
from workflow_scripts.report.names import display_name, row_name
from workflow_scripts.report.style import (
    N_COLOURS,
    PALE,
    SKIES,
    asinh_stretch,
    bare,
    error_bars,
    show_image,
    stretch_of,
)

PANELS = {  # statistic: its label, its value for a perfect separation, and the end of the linear part of its axis
    "completeness": ("completeness", 1, 1),
    "flux_bias": ("relative flux bias", 0, 0.1),
    "colour_bias": ("colour bias, mag", 0, 0.1),
    "ellipticity_bias": ("ellipticity bias", 0, 0.02),
}
AXES = {"blendedness": "blendedness", "snr": "signal-to-noise ratio"}
WIDEST = 0.6  # of the distance of two bins, over which the deblenders are spread
VALUES = ("value", "value_low", "value_high")
SIDE = 1.65  # inches of a panel of images


def draw_performance(sets):
    """Draw per set of blends the statistics of each deblender in bins of blendedness and of signal-to-noise ratio.

    Parameters
    ----------
    sets : dict of str to list of dict
        Rows of `bins.csv` of each set of blends.
    """
    figure = Figure(figsize=(12, 5.6 * len(sets)))
    parts = figure.subfigures(len(sets), 1, squeeze=False)[:, 0]
    for part, (name, rows) in zip(parts, sets.items(), strict=True):
        panels = [statistic for statistic in PANELS if any(row["value"] for row in of(rows, statistic=statistic))]
        grid = part.subplots(len(AXES), len(panels), squeeze=False)
        for line, by in zip(grid, AXES, strict=True):
            for axes, statistic in zip(line, panels, strict=True):
                draw_bins(axes, of(rows, by=by, statistic=statistic))
                draw_scale(axes, AXES[by], *PANELS[statistic])
        handles, labels = grid[0, 0].get_legend_handles_labels()
        part.legend(handles, labels, loc="outside upper center", ncols=len(labels), title=display_name(name))
    return figure


def of(rows, **given):
    """Return the rows with given values."""
    return [row for row in rows if all(row[key] == value for key, value in given.items())]


def draw_bins(axes, rows):
    """Draw one statistic of every deblender in bins, with its intervals."""
    names = list(dict.fromkeys(row["deblender"] for row in rows))
    edges = list(dict.fromkeys((row["low"], row["high"], row["n"]) for row in rows if row["n"] != "0"))
    for number, name in enumerate(names):
        known = [row for row in of(rows, deblender=name) if row["value"]]
        offset = WIDEST * ((number + 0.5) / len(names) - 0.5)
        place = [edges.index((row["low"], row["high"], row["n"])) + offset for row in known]
        value, low, high = (np.array([float(row[key] or "nan") for row in known]) for key in VALUES)
        style = {"color": SKIES[number % len(SKIES)], "label": display_name(name), "fmt": "o", "markersize": 4}
        axes.errorbar(place, value, error_bars(value, low, high), capsize=2, lw=1, **style)
    axes.set_xticks(range(len(edges)), [f"{low}\nto {high}\n({n})" for low, high, n in edges], fontsize=7)


def draw_scale(axes, xlabel, ylabel, perfect, linear):
    """Draw the line of a perfect separation; values beyond the linear part of the axis are on a logarithmic scale."""
    axes.axhline(perfect, color=PALE, lw=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if not perfect:
        axes.set_yscale("symlog", linthresh=linear)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.axhspan(-linear, linear, color=PALE, alpha=0.08, lw=0)


def draw_separations(blends, deblenders):
    """Draw blends, their galaxies, and the sources that each deblender separates, each source in a colour of its own.

    Parameters
    ----------
    blends : list of report.deblended_examples.Example
    deblenders : list of str
    """
    figure = Figure(figsize=(SIDE * (len(deblenders) + 2), SIDE * len(blends) + 0.4))
    grid = figure.subplots(len(blends), len(deblenders) + 2, squeeze=False)
    for axes, title in zip(grid[0], ["blend", "galaxies", *map(row_name, deblenders)], strict=True):
        axes.set_title(title, fontsize=8)
    for line, blend in zip(grid, blends, strict=True):
        show_blend(line[0], blend.image)
        stretch = stretch_of(blend.image.mean(axis=-1))
        for axes, sources in zip(line[1:], [blend.galaxies, *blend.separated], strict=True):
            draw_sources(axes, sources, stretch)
    return figure


def show_blend(axes, image):
    """Draw a blend (y, x, band), in colour if it has three bands."""
    image = image if image.shape[-1] == N_COLOURS else image.mean(axis=-1)
    show_image(axes, image, stretch_of(image[None]))


def draw_sources(axes, sources, stretch):
    """Draw sources, `report.deblended_examples.Drawn`, each in the colour of the galaxy nearest to it."""
    low, high, softening = stretch
    shown = np.zeros((*sources.shape, 3))
    for light, mask, (x, y), galaxy in zip(sources.light, sources.mask, sources.places, sources.galaxy, strict=True):
        colour = GALAXIES[galaxy % len(GALAXIES)]
        shown += asinh_stretch(light, 0, high - low, softening)[..., None] * to_rgb(colour)
        axes.plot(x, y, "+", color="white", markersize=4, markeredgewidth=0.8)
        if mask.any() and not mask.all():
            axes.contour(mask, [0.5], colors=colour, linewidths=0.6)
    axes.imshow(np.clip(shown, 0, 1), origin="lower")
    bare(axes)
