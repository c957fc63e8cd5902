"""Generated images beside their nearest training images."""

from matplotlib.figure import Figure

from workflow_scripts.report.names import row_name
from workflow_scripts.report.style import INK, PALE, bare, colours, show_image

N_SHOWN = 4  # pairs of each sample
CELL, GAP, LABEL, LINE = 1.05, 0.22, 0.4, 0.34  # inches: of an image, between pairs, of a name, of distances
HEAD, FOOT = 0.55, 0.08


def draw_nearest_neighbours(samples, stretch):
    """Draw a row of pairs per sample: an image, and the nearest training image beside it.

    Parameters
    ----------
    samples : dict of str to dict
        `image` and `nearest`, lists of (y, x); `seen (k,)` and `unseen (k,)`: distance to that training image, and to
        the nearest held-out real image. The first sample is the real one.
    stretch : (low, high, softening)
        Stretch of real images by `style.stretch_of`.
    """
    n_pairs, colour = max(len(found["image"]) for found in samples.values()), colours([*samples][1:])
    size = (LABEL + n_pairs * (2 * CELL + GAP), HEAD + len(samples) * (CELL + LINE) + FOOT - LINE)
    figure = Figure(figsize=size, layout="none")
    for row, (name, found) in enumerate(samples.items()):
        bottom = size[1] - HEAD - row * (CELL + LINE) - CELL
        for column in range(len(found["image"])):
            left = LABEL + column * (2 * CELL + GAP)
            draw_pair(figure, {key: found[key][column] for key in found}, (left, bottom), size, stretch)
        place = LABEL / 2 / size[0], (bottom + CELL / 2) / size[1]
        figure.text(*place, row_name(name), rotation=90, ha="center", va="center", color=colour[name], fontsize=8)
    head = "each pair: an image (left) and its nearest training image (right)"
    figure.text(0.5, 1 - 0.06 / size[1], head, ha="center", va="top")
    return figure


def draw_pair(figure, pair, corner, size, stretch):
    """Draw an image, its neighbour and their distance; `corner` and `size` of the figure in inches."""
    left, bottom = corner
    for number, key in enumerate(("image", "nearest")):
        place = ((left + number * CELL) / size[0], bottom / size[1], 0.97 * CELL / size[0], CELL / size[1])
        axes = figure.add_axes(place)
        show_image(axes, pair[key], stretch)
        bare(axes)
    middle, above = (left + CELL) / size[0], (bottom + CELL + 0.02) / size[1]
    near, far = (f"{pair[key]:.3g}" for key in ("seen", "unseen"))
    colour = INK if pair["seen"] < pair["unseen"] else PALE
    figure.text(middle, above, f"{near} (held out {far})", ha="center", va="bottom", fontsize=8, color=colour)
