"""Power spectra of every sample: mean, scatter over fields, and difference from the real test fields."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, colours


def draw_power_spectra(fields, blocks, frequency, skies):
    """Draw mean log power against frequency, and below it the difference from the real test fields.

    Parameters
    ----------
    fields, blocks : dict of str to array (n, k)
        log10 of the mean power per field or block, and bin; `real_test` and `real_train` among the samples. Intervals
        are over blocks, as fields of one block are not independent.
    frequency : (k,) float
        Centre of each bin, cycles / pixel.
    skies : list of str
        In the order of their colours.
    """
    figure, colour = Figure(figsize=(8, 6.4)), colours(skies)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1.5, 1])
    real = blocks["real_test"]
    for name, values in fields.items():
        line = "--" if name == "real_train" else "-"
        top.plot(
            frequency, values.mean(axis=0), line, color=colour[name], marker="o", markersize=3, label=display_name(name)
        )
        if name != "real_train":
            top.fill_between(frequency, *np.percentile(values, [16, 84], axis=0), color=colour[name], alpha=0.15, lw=0)
        if name != "real_test":
            draw_difference(bottom, frequency, blocks[name], real, line, colour[name])
    bottom.axhline(0, color=colour["real_test"], linewidth=1)
    top.set(xscale="log", ylabel="log10 mean power")
    top.set_title("Power spectrum: mean and 16 to 84 % of the fields")
    top.legend(ncols=2)
    bottom.set(xlabel="spatial frequency, cycles / pixel", ylabel="difference, dex")
    bottom.set_title("Difference from the real test fields: mean and 95 % interval")
    top.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    top.xaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "235" else "")
    bottom.tick_params(axis="x", which="minor", labelsize=8, labelcolor=PALE)
    return figure


def draw_difference(axes, frequency, values, real, line, colour):
    """Draw the difference of two means with its 95 % interval over blocks, in the normal approximation."""
    difference = values.mean(axis=0) - real.mean(axis=0)
    error = 1.96 * np.sqrt(values.var(axis=0) / len(values) + real.var(axis=0) / len(real))
    axes.plot(frequency, difference, line, color=colour, marker="o", markersize=3)
    axes.fill_between(frequency, difference - error, difference + error, color=colour, alpha=0.15, lw=0)
