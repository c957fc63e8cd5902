"""Training curves of every stage, and samples drawn during the training."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import CURVES, PALE, bare, show_image, stretch_of

N_CHECKPOINTS, SIDE = 4, 4  # of each training; SIDE x SIDE samples of each checkpoint
N_SHOWN = SIDE * SIDE
DOTS = "#0b3c5d"


def draw_training(histories):
    """Draw a row per stage: its losses, other logged quantities, and its distance to held-out data.

    Parameters
    ----------
    histories : dict of str to dict
        Per stage the columns of its history, `step` and `valid_distance` among them.
    """
    figure = Figure(figsize=(11, 2.8 * len(histories)))
    grid = figure.subplots(len(histories), 3, squeeze=False)
    for row, (stage, history) in zip(grid, histories.items(), strict=True):
        losses = [name for name in history if name.endswith("loss")]
        others = [name for name in history if name not in losses and name not in ("step", "valid_distance")]
        for axes, names in zip(row, (losses, others, ["valid_distance"]), strict=True):
            draw_curves(axes, history, names)
        row[0].set_title(display_name(stage))
        row[2].set_title("distance to held-out data", fontweight="normal")
    for axes in grid[-1]:
        axes.set_xlabel("step")
    return figure


def draw_curves(axes, history, names):
    """Draw columns of a history against the step; no panel where there are none."""
    axes.set_visible(bool(names))
    for number, name in enumerate(names):
        style = {"color": CURVES[number % len(CURVES)], "marker": "o" if len(history["step"]) < 20 else "", "ms": 3}
        axes.plot(history["step"], history[name], label=display_name(name), **style)
    if names == ["valid_distance"]:
        axes.set_ylim(0, 1.1 * max(history["valid_distance"]) or 1)
    elif names:
        axes.legend()


def choose_checkpoints(n):
    """Return the checkpoints to show: the first, the last and evenly spaced ones in between."""
    return np.unique(np.round(np.linspace(0, n - 1, min(n, N_CHECKPOINTS))).astype(int))


def draw_samples(stages):
    """Draw a row per stage: samples at a few checkpoints, and last the training data.

    Parameters
    ----------
    stages : dict of str to dict
        `kind` (image or vector), `step` (k,), `samples` (k, 16, ...), `real` (16, ...).
    """
    n_columns = 1 + max(len(choose_checkpoints(len(stage["step"]))) for stage in stages.values())
    figure = Figure(figsize=(2.2 * n_columns, 2.55 * len(stages)))
    grid = figure.subplots(len(stages), n_columns, squeeze=False)
    for row, (name, stage) in zip(grid, stages.items(), strict=True):
        stretch = stretch_of(stage["real"]) if stage["kind"] == "image" else None
        numbers = choose_checkpoints(len(stage["step"]))
        panels = [(f"step {stage['step'][number]}", stage["samples"][number]) for number in numbers]
        panels += [("real", stage["real"]), *[None] * (n_columns - 1 - len(panels))]
        for axes, panel in zip(row, panels, strict=True):
            axes.set_visible(panel is not None)
            if panel:
                draw_panel(axes, *panel, stretch)
        row[0].set_ylabel(display_name(name), fontweight="bold", fontsize=10)
    return figure


def draw_panel(axes, title, samples, stretch):
    """Draw samples of one checkpoint: images as a mosaic, vectors as points."""
    if stretch:
        axes.set_facecolor(PALE)  # between the images
        show_image(axes, mosaic(samples), stretch)
        axes.set_title(title, fontweight="normal")
        return
    pairs = samples.reshape(-1, 2)
    pairs = pairs[((pairs >= 0) & (pairs <= 1)).all(axis=1)]
    axes.plot(*pairs.T, ".", color=DOTS, markersize=2.5, alpha=0.7)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    bare(axes)
    axes.spines[:].set_visible(True)
    axes.set_title(f"{title}: {len(pairs) / len(samples):.1f} per field", fontweight="normal", fontsize=9)


def mosaic(images, gap=1):
    """Put up to 16 images (n, y, x) into one, with gaps of NaN, which are not drawn: grids may be all black."""
    height, width = images.shape[1:]
    canvas = np.full((SIDE * (height + gap) - gap, SIDE * (width + gap) - gap), np.nan)
    for number, image in enumerate(images[:N_SHOWN]):
        row, column = divmod(number, SIDE)
        y, x = (SIDE - 1 - row) * (height + gap), column * (width + gap)
        canvas[y : y + height, x : x + width] = image
    return canvas
