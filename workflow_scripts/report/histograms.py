"""Intensity histograms: how the pixels of every sample are spread over brightness."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.style import colours
from workflow_scripts.report.tables import words

N_BINS = 64
WIDE = 100  # range over the sky's spread: beyond it bins are even in asinh


def bin_edges(real):
    """Return the edges of brightness bins over the range of real fields, and the softening or None where linear."""
    low, middle, high = float(real.min()), float(np.median(real)), float(real.max())
    high = high if high > low else low + 1
    sky = real[real <= middle]
    sigma = float(np.sqrt(np.mean((sky - middle) ** 2))) or (high - low) / WIDE
    if high - low <= WIDE * sigma:
        return np.linspace(low, high, N_BINS + 1), None
    return sigma * np.sinh(np.linspace(np.arcsinh(low / sigma), np.arcsinh(high / sigma), N_BINS + 1)), sigma


def densities(images, edges):
    """Return the share of pixels per unit of brightness of images (n, ...); what lies beyond counts in the end bins."""
    flat = np.clip(images.reshape(len(images), -1), edges[0], edges[-1])
    return np.stack([np.histogram(row, edges)[0] for row in flat]) / flat.shape[1] / np.diff(edges)


def draw_histograms(samples, edges, softening, unit, skies):
    """Draw the mean histogram of every sample with its spread over fields.

    Parameters
    ----------
    samples : dict of str to array (n, bins)
        Share of pixels per unit of brightness.
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
            hide_zeros(values.mean(axis=0)), edges, color=colour[name], linestyle=line, label=words(name), lw=1.6
        )
        if name != "real_train":
            low, high = np.percentile(values, [16, 84], axis=0)
            shown = high > 0
            floor = np.where(low > 0, low, values[values > 0].min())
            axes.stairs(
                np.where(shown, high, np.nan),
                edges,
                baseline=np.where(shown, floor, np.nan),
                fill=True,
                color=colour[name],
                alpha=0.13,
                lw=0,
            )
    axes.set(
        yscale="log", xlabel=f"pixel value in {unit}" if unit else "pixel value", ylabel="share of pixels per unit"
    )
    if softening:
        axes.set_xscale("asinh", linear_width=softening)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    margin = 0 if softening else 0.02 * (edges[-1] - edges[0])
    axes.set_xlim(edges[0] - margin, edges[-1] + margin)
    axes.set_title("Intensity histogram: mean and 16 to 84 % of the fields")
    axes.legend(ncols=2)
    return figure


def hide_zeros(values):
    """Replace zeros, which a logarithmic axis cannot show."""
    return np.where(values > 0, values, np.nan)
