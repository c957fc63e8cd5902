"""Style of all figures: fonts, palette, the colour of each sample, the stretch of images."""

from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from workflow_scripts.formats.atomic import whole_file

DPI = 150
N_COLOURS = 3  # bands of an image in colour, from blue to red
INK, PALE = "#1b1e28", "#8a8f9c"
REAL = {"real_test": "#111111", "real_train": "#8c8c8c"}
SKIES = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
)  # Okabe and Ito, colour-blind safe
CURVES = ("#332288", "#117733", "#AA4499", "#44AA99", "#882255")  # Tol, muted; not used for samples
NIGHT = LinearSegmentedColormap.from_list(
    "night", ["#04050b", "#151a33", "#3d4470", "#8684a6", "#cfc3c0", "#f7ebd3", "#fffdf6"]
)  # of increasing lightness
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
    """Draw everything inside the block in this style, whatever the settings of the user are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def save(figure, path):
    """Write a figure as PNG without date and software, so that the same figure gives the same bytes."""
    with whole_file(path) as part:
        figure.savefig(part, format="png", dpi=DPI, metadata={"Software": None})


def colours(skies):
    """Return the colour of every sample: the real ones black and grey, then the skies in the study's order."""
    return {**REAL, **{sky: SKIES[number % len(SKIES)] for number, sky in enumerate(skies)}}


def draw_absent(what):
    """Return a figure that states what is not part of this study."""
    figure = Figure(figsize=(8, 1.6))
    figure.text(0.5, 0.5, f"{what}: not part of this study", ha="center", va="center", fontsize=12, color=PALE)
    return figure


def stretch_of(images):
    """Return the limits and the softening of an asinh stretch that shows both noise and sources.

    Parameters
    ----------
    images : (n, y, x) or (n, y, x, band) float
        Real fields; generated fields have the same stretch.

    Returns
    -------
    low, high, softening : float, or (band,) float
        The softening is five times the background noise, measured on the pixels below the median; the lower limit is
        the median minus the noise.
    """
    if images.ndim == 4:
        return tuple(map(np.array, zip(*map(stretch_of, np.moveaxis(images, -1, 0)), strict=True)))
    middle, high = np.percentile(images, [50, 99.8])
    sky = images[images <= middle]
    sigma = float(np.sqrt(np.mean((sky - middle) ** 2))) or (high - middle) / 30 or 1.0
    return float(middle) - sigma, float(max(high, middle + sigma)), 5 * sigma


def asinh_stretch(image, low, high, softening):
    """Map pixel values to [0, 1]."""
    scaled = np.arcsinh((image - low) / softening) / np.arcsinh((high - low) / softening)
    return np.clip(scaled, 0, 1)


def show_image(axes, image, stretch=None):
    """Draw an image (y, x), or (y, x, 3) in colour, without axes, the first row at the bottom as in FITS viewers."""
    stretched = image if stretch is None else asinh_stretch(image, *stretch)
    stretched = stretched[..., ::-1] if stretched.ndim == 3 else stretched  # screens have red first
    axes.imshow(stretched, cmap=NIGHT, vmin=0, vmax=1, origin="lower")
    bare(axes)


def error_bars(value, low, high):
    """Return the lengths of the bars of an interval below and above a value, 0 where it does not contain the value."""
    return np.maximum([value - low, high - value], 0)


def bare(axes):
    """Remove the ticks, the grid and the frame."""
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
