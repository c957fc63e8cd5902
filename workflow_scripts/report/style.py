"""One look for all figures: type, palette, the colour of each sample, the stretch of images."""

from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from workflow_scripts.formats.atomic import whole_file

DPI = 150
INK, PALE = "#1b1e28", "#8a8f9c"
REAL = {"real_test": "#111111", "real_train": "#8c8c8c"}
SKIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe and Ito: told apart by all eyes
CURVES = ("#332288", "#117733", "#AA4499", "#44AA99", "#882255")  # Tol, muted: no sample has these
NIGHT = LinearSegmentedColormap.from_list(
    "night", ["#04050b", "#151a33", "#3d4470", "#8684a6", "#cfc3c0", "#f7ebd3", "#fffdf6"]
)  # lightness rises all the way, so that brighter is lighter
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": PALE,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e7eb",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.6,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "image.interpolation": "nearest",
}


@contextmanager
def house_style():
    """Draw everything inside the block in the one style, whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def save(figure, path):
    """Write a figure as PNG; no date and no program's name, so the same figure is the same bytes."""
    with whole_file(path) as part:
        figure.savefig(part, format="png", dpi=DPI, metadata={"Software": None})


def colours(skies):
    """Return the colour of every sample: the real ones black and grey, then the skies in the study's order."""
    return {**REAL, **{sky: SKIES[number % len(SKIES)] for number, sky in enumerate(skies)}}


def draw_absent(what):
    """Return a figure that says what this study has none of."""
    figure = Figure(figsize=(8, 1.6))
    figure.text(0.5, 0.5, f"{what}: not part of this study", ha="center", va="center", fontsize=12, color=PALE)
    return figure


def stretch_of(images):
    """Return the limits and the softening of an asinh stretch that shows both the noise and the sources.

    Parameters
    ----------
    images : (n, y, x) float
        Real fields: everything beside them is shown by the same three numbers.

    Returns
    -------
    low, high, softening : float
        Softening is five times the spread of the pixels below the median, which are sky; low is one spread below
        the median, so that the noise stays in sight and does not take over.
    """
    middle, high = np.percentile(images, [50, 99.8])
    sky = images[images <= middle]
    sigma = float(np.sqrt(np.mean((sky - middle) ** 2))) or (high - middle) / 30 or 1.0
    return float(middle) - sigma, float(max(high, middle + sigma)), 5 * sigma


def asinh_stretch(image, low, high, softening):
    """Map pixel values to [0, 1]."""
    scaled = np.arcsinh((image - low) / softening) / np.arcsinh((high - low) / softening)
    return np.clip(scaled, 0, 1)


def show_image(axes, image, stretch=None):
    """Draw an image without axes, the first row at the bottom as in every viewer of FITS."""
    shown = image if stretch is None else asinh_stretch(image, *stretch)
    axes.imshow(shown, cmap=NIGHT, vmin=0, vmax=1, origin="lower")
    bare(axes)


def bare(axes):
    """Take the ticks, the grid and the frame off."""
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
