"""Histograms of the pixel values of every sample."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import colours

N_BINS = 64
WIDE = 100  # range over the background noise, beyond which the bins are uniform in asinh


def bin_edges(real):
    """Return the bin edges over the range of real fields, and the asinh softening, None where the bins are linear."""
    low, middle, high = float(real.min()), float(np.median(real)), float(real.max())
    high = high if high > low else low + 1
    sky = real[real <= middle]
    sigma = float(np.sqrt(np.mean((sky - middle) ** 2))) or (high - low) / WIDE
    if high - low <= WIDE * sigma:
        return np.linspace(low, high, N_BINS + 1), None
    return sigma * np.sinh(np.linspace(np.arcsinh(low / sigma), np.arcsinh(high / sigma), N_BINS + 1)), sigma


def densities(images, edges):
    """Return the probability density of the pixel values of images (n, ...); the end bins hold all values beyond."""
    flat = np.clip(images.reshape(len(images), -1), edges[0], edges[-1])
    return np.stack([np.histogram(row, edges)[0] for row in flat]) / flat.shape[1] / np.diff(edges)


def draw_histograms(samples, edges, softening, unit, skies):
    """Draw the mean histogram of every sample with its scatter over fields.

    Parameters
    ----------
    samples : dict of str to array (n, bins)
        Probability density of the pixel values.
    edges : (bins + 1,) float
    softening : float or None
        Of the axis' asinh; None for a linear axis.
    unit : str
    """
    figure, colour = Figure(figsize=(8, 4.2)), colours(skies)
    axes = figure.subplots()
    for name, values in samples.items():
        line = "--" if name == "real_train" else "-"
        axes.stairs(
            hide_zeros(values.mean(axis=0)), edges, color=colour[name], linestyle=line, label=display_name(name), lw=1.6
        )
        if name != "real_train":
            low, high = np.percentile(values, [16, 84], axis=0)
            filled = high > 0
            floor = np.where(low > 0, low, values[values > 0].min())
            axes.stairs(
                np.where(filled, high, np.nan),
                edges,
                baseline=np.where(filled, floor, np.nan),
                fill=True,
                color=colour[name],
                alpha=0.13,
                lw=0,
            )
    axes.set(yscale="log", xlabel=f"pixel value, {unit}" if unit else "pixel value", ylabel="probability density")
    if softening:
        axes.set_xscale("asinh", linear_width=softening)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    margin = 0 if softening else 0.02 * (edges[-1] - edges[0])
    axes.set_xlim(edges[0] - margin, edges[-1] + margin)
    axes.set_title("Pixel value histogram: mean and 16 to 84 % of the fields")
    axes.legend(ncols=2)
    return figure


def hide_zeros(values):
    """Replace zeros by NaN for a logarithmic axis."""
    return np.where(values > 0, values, np.nan)
