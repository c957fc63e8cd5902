"""The images with the lowest and the highest scores."""

from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name, row_name
from workflow_scripts.report.style import INK, bare, colours, show_image, stretch_of

N_SHOWN = 3  # at each end
CELL, LABEL, LINE = 1.6, 0.4, 0.22  # inches: of an image, of a sample's name, of a score


def draw_extreme_scores(samples, scorer):
    """Draw a row per sample: the images with the lowest scores, then those with the highest.

    Parameters
    ----------
    samples : dict of str to dict
        `image (k, y, x)`, the lowest score first; `score (k,)`; `outside (k,)`, whether the image lies outside the
        training support. The first sample is the real one: its stretch is used for all.
    scorer : str
        Its name.
    """
    stretch = stretch_of(next(iter(samples.values()))["image"])
    n_columns, colour = max(len(found["score"]) for found in samples.values()), colours([*samples][1:])
    size = (LABEL + n_columns * CELL, 0.3 + len(samples) * (CELL + LINE))
    figure = Figure(figsize=size, layout="none")
    grid = figure.subplots(len(samples), n_columns, squeeze=False)
    figure.subplots_adjust(LABEL / size[0], 0.01, 1, 1 - 0.52 / size[1], wspace=0.03, hspace=LINE / CELL)
    figure.text(0.5, 1 - 0.06 / size[1], f"lowest and highest scores by {display_name(scorer)}", ha="center", va="top")
    for row, (name, found) in zip(grid, samples.items(), strict=True):
        for axes in row:
            bare(axes)
        for axes, image, score, outside in zip(row, found["image"], found["score"], found["outside"], strict=False):
            show_image(axes, image, stretch)
            axes.set_title(f"{score:.2f}{' (extrapolated)' if outside else ''}", loc="center", fontsize=8, pad=2)
            axes.title.set(color=INK, weight="normal")
        box = row[0].get_position()
        place = 0.5 * LABEL / size[0], (box.y0 + box.y1) / 2
        figure.text(*place, row_name(name), rotation=90, ha="center", va="center", color=colour[name])
    return figure
