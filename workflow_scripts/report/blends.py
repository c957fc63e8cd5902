"""Blends: images with their truth, distributions of the galaxies, noise, and a deblending baseline."""

import numpy as np
from matplotlib.figure import Figure

from workflow_scripts.report.names import display_name
from workflow_scripts.report.style import PALE, SKIES, show_image, stretch_of

GALAXIES = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00")
QUANTITIES = {
    "magnitude": "magnitude of a galaxy",
    "difference": "magnitude of galaxy 2 minus galaxy 1",
    "separation": "separation of galaxies 1 and 2, pixel",
    "snr": "log10 signal-to-noise ratio",
    "blendedness": "blendedness of a galaxy",
}


def titled_rows(sets, height):
    """Return a figure with a titled row for every set of blends, and the rows."""
    figure = Figure(figsize=(11, height * len(sets)))
    parts = figure.subfigures(len(sets), 1, squeeze=False)[:, 0]
    for part, (name, one) in zip(parts, sets.items(), strict=True):
        part.suptitle(f"{display_name(name)}: {one['n']} blends", ha="left", x=0.01, fontweight="bold", fontsize=10)
    return figure, zip(parts, sets.values(), strict=True)


def draw_gallery(sets):
    """Draw per set a row of blends with the galaxies' masks and positions.

    Parameters
    ----------
    sets : dict of str to dict
        Return value of `report.blend_sets.read_blend_set`.
    """
    figure, parts = titled_rows(sets, 1.75)
    for part, one in parts:
        stretch = stretch_of(one["images"])
        for number, axes in enumerate(part.subplots(1, max(len(one["images"]), 4))):
            axes.set_visible(number < len(one["images"]))
            if number < len(one["images"]):
                draw_blend(axes, one["images"][number], one["masks"][number], one["places"][number], stretch)
    return figure


def draw_blend(axes, image, masks, places, stretch):
    """Draw one blend with its galaxies' outlines and centres."""
    show_image(axes, image, stretch)
    for mask, colour in zip(masks, GALAXIES, strict=False):
        if mask.any() and not mask.all():
            axes.contour(mask, [0.5], colors=colour, linewidths=1)
    for (x, y), colour in zip(places, GALAXIES, strict=False):
        axes.plot(x, y, "+", color=colour, markersize=7, markeredgewidth=1.3)
    axes.set(xlim=(-0.5, image.shape[1] - 0.5), ylim=(-0.5, image.shape[0] - 0.5))


def draw_properties(sets):
    """Draw per set the distributions of its galaxies, and measured over predicted noise."""
    figure, parts = titled_rows(sets, 4.4)
    for part, one in parts:
        values = {**one, "snr": np.log10(one["snr"][one["snr"] > 0])}
        axes = part.subplots(2, 3).ravel()
        for place, (quantity, label) in zip(axes, QUANTITIES.items(), strict=False):
            place.hist(values[quantity], bins=24, color="#b9c3d6", edgecolor="white", linewidth=0.4)
            place.set_xlabel(label)
        axes[0].set_ylabel("galaxies")
        axes[1].set_ylabel("blends")
        axes[2].set_ylabel("blends")
        axes[3].set_ylabel("galaxies")
        axes[4].set_ylabel("galaxies")
        draw_noise(axes[5], one["noise"])
    return figure


def draw_noise(axes, noise):
    """Draw measured over predicted standard deviation of the added noise, for background, one galaxy and overlap."""
    for number, (name, row) in enumerate(noise.items()):
        if np.isfinite(row["ratio"]):
            error = 1 / np.sqrt(2 * row["n"])  # of a standard deviation of independent pixels
            axes.errorbar(row["ratio"], number, xerr=1.96 * error, fmt="o", color=SKIES[0], capsize=3)
        note = f"{name}: in {100 * row['added']:.0f} % of the pixels" if row["n"] else f"{name}: none added"
        axes.text(0.905, number + 0.22, note, fontsize=7.5)
    axes.axvspan(0.99, 1.01, color="#e6e7eb", zorder=0)
    axes.axvline(1, color=PALE, linewidth=1)
    axes.set(xlim=(0.9, 1.1), ylim=(-0.5, 2.6), xticks=(0.9, 0.95, 1, 1.05, 1.1), yticks=[])
    axes.set_xlabel("added noise: measured over predicted std. dev.")


def draw_baseline(sets):
    """Draw per set completeness and flux bias of SEP against blendedness."""
    figure, parts = titled_rows(sets, 3.3)
    for part, one in parts:
        left, right = part.subplots(1, 2)
        bins = [row for row in one["baseline"]["summary"]["bins"] if row["n"]]
        labels = [f"{row['low']:g} to {row['high']:g}\nn = {row['n']}" for row in bins]
        draw_binned(left, bins, "completeness")
        left.set(ylim=(0, 1.05), ylabel="completeness")
        draw_biases(right, one["baseline"], bins)
        draw_binned(right, bins, "flux_bias")
        right.axhline(0, color=PALE, linewidth=1)
        right.set(ylabel="flux bias: (measured - true) / true")
        for axes in (left, right):
            axes.set_xticks(range(len(bins)), labels, fontsize=7)
            axes.set(xlabel="blendedness", xlim=(-0.5, len(bins) - 0.5))
    return figure


def draw_binned(axes, bins, quantity):
    """Draw a quantity with its interval in every bin that has one."""
    for number, row in enumerate(bins):
        value, low, high = row[quantity]
        if value is None:
            continue
        ends = [[value - (value if low is None else low)], [(value if high is None else high) - value]]
        axes.errorbar(number, value, np.maximum(ends, 0), fmt="o", color=SKIES[0], capsize=4, markersize=6, zorder=3)


def draw_biases(axes, baseline, bins):
    """Draw the flux bias of single galaxies; values beyond the panel lie on its edge."""
    top = 1.5
    for number, row in enumerate(bins):
        last = row["high"] == bins[-1]["high"]
        inside = (baseline["blendedness"] < row["high"]) | (last & (baseline["blendedness"] <= row["high"]))
        inside &= (baseline["blendedness"] >= row["low"]) | (number == 0)
        values = np.clip(baseline["flux_bias"][inside][:300], -1, top)
        places = number + np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else np.full(len(values), number)
        axes.plot(places, values, ".", color="#c3cad8", markersize=3)
    axes.set_ylim(-1.05, top + 0.05)
