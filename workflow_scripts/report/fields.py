"""Real and generated fields at one stretch, and the detected sources."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import row_name
from workflow_scripts.report.style import PALE, bare, colours, show_image, stretch_of

N_SHOWN = 6  # fields of each sample
OUTLINE, CENTRE = "#35d0ba", "#ff5a36"


def draw_fields(real, skies):
    """Draw a row of real test fields and one of each sky, all at the stretch of the real ones.

    Parameters
    ----------
    real : (n, y, x[, 3]) float
    skies : dict of str to (m, y, x[, 3]) float
    """
    stretch = stretch_of(real)
    rows = {"real_test": real, **skies}
    n_columns = min(N_SHOWN, max(map(len, rows.values())))
    height, width = real.shape[1:3]
    cell = 1.9
    size = (n_columns * cell + 0.45, len(rows) * cell * height / width)
    figure = Figure(figsize=size, layout="none")
    left = 0.45 / size[0]
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    figure.subplots_adjust(left, 0, 1, 1, wspace=0.025, hspace=0.025)
    for row, (name, images) in zip(grid, rows.items(), strict=True):
        for number, axes in enumerate(row):
            bare(axes)
            if number < len(images):
                show_image(axes, images[number], stretch)
        box = row[0].get_position()
        middle = (box.y0 + box.y1) / 2
        colour = colours(list(skies))[name]
        figure.text(
            left * 0.5, middle, row_name(name), rotation=90, ha="center", va="center", fontsize=12, color=colour
        )
    return figure


def richest(field, n_fields, n=2):
    """Return the fields with the most sources, given the field of each source."""
    return np.argsort(-np.bincount(field, minlength=n_fields), kind="stable")[:n]


def draw_sources(fields, table):
    """Draw two real test fields with their detections outlined, and the flux and size distributions of all sources.

    Parameters
    ----------
    fields : dict of int to (image, segmentation)
        At most two fields (y, x) by their number.
    table : dict of str to array
        The catalogue: `field`, `x`, `y`, `flux`, `flux_radius`.
    """
    figure = Figure(figsize=(11, 4.0))
    panels = figure.subplot_mosaic([[0, 1, "flux"], [0, 1, "size"]], width_ratios=[1, 1, 0.9])
    stretch = stretch_of(np.stack([image for image, _ in fields.values()]))
    for axes in (panels[0], panels[1]):
        bare(axes)
    for place, (field, (image, segmentation)) in enumerate(fields.items()):
        here = table["field"] == field
        mark_sources(panels[place], image, segmentation, table["x"][here], table["y"][here], stretch)
        panels[place].set_title(f"test field {field}: {here.sum()} sources")
    draw_distribution(panels["flux"], np.log10(positive(table["flux"])), "log10 flux above the background")
    draw_distribution(panels["size"], positive(table["flux_radius"]), "half-light radius, pixel")
    panels["flux"].set_title(f"{len(table['flux'])} sources in the test part")
    return figure


def mark_sources(axes, image, segmentation, x, y, stretch):
    """Draw one field with the outlines and the centres of its sources."""
    show_image(axes, image, stretch)
    outlines = segmentation > 0
    if outlines.any() and not outlines.all():
        axes.contour(outlines, [0.5], colors=OUTLINE, linewidths=0.8)
    axes.plot(x, y, ".", color=CENTRE, markersize=3, markeredgewidth=0)
    height, width = image.shape
    axes.set(xlim=(-0.5, width - 0.5), ylim=(-0.5, height - 0.5))


def positive(values):
    """Return the finite values above 0."""
    values = np.asarray(values, float)
    return values[np.isfinite(values) & (values > 0)]


def draw_distribution(axes, values, label):
    """Draw a histogram and its median."""
    if len(values):
        axes.hist(values, bins=30, color="#b9c3d6", edgecolor="white", linewidth=0.4)
        axes.axvline(np.median(values), color=PALE, linestyle="--", linewidth=1)
    axes.set(xlabel=label, ylabel="sources")
