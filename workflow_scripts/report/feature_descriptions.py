"""Descriptions of features, and of how a feature of generated images differs from that of real ones."""

import re

from workflow_scripts.attributes.known import FLUX, FLUX_RADIUS, HALF_LIGHT_RADIUS
from workflow_scripts.report.names import display_name

LARGE_SHIFT, SMALL_SHIFT = 0.5, 0.1  # of the mean, in standard deviations of the real images
LARGE_RATIO = 1.25  # of the standard deviations
PATTERNS = {  # of the name of a column; the description is made of its parts and the side of the images in pixels
    r"log_power_corners": lambda side: "mean power at scales below 2 px",
    r"log_power_(.+)": lambda side, waves: f"mean power at scales near {side / float(waves):.2g} px",
    r"power_(\d+)": lambda side, ring: f"summed power at {int(ring)} cycles per image",
    r"row_power_(\d+)": lambda side, waves: f"power at {int(waves)} cycles per image along x",
    r"quantile_0\.5": lambda side: "median pixel value",
    r"quantile_(.+)": lambda side, fraction: f"{100 * float(fraction):g} % quantile of the pixel values",
    r"grey_(\d+)": lambda side, level: f"number of pixels of grey level {level}",
    r"hog_(\d+)": lambda side, number: f"bin {number} of the histogram of oriented gradients",
    r"pattern_(\d+)": lambda side, number: f"fraction of local binary pattern {number}",
    r"pixel_(\d+)_(\d+)": lambda side, y, x: f"pixel x={x}, y={y} of the thumbnail",
    r"pairs_within_(.+)": lambda side, radius: f"number of pairs of sources within {float(radius):.3g} px",
    r"nearest_within_(.+)": lambda side, radius: f"number of sources with a neighbour within {float(radius):.3g} px",
    r"num_([a-z_]+)_clusters": lambda side, kind: f"number of {display_name(kind)} sources",
    r"([a-z]+)_clusters_distance": lambda side, kind: f"separation of the two {kind} sources",
    r"cluster_(\w+)_(avg|max|min|std|sum)": lambda side, what, how: f"{STATISTICS[how]} {SOURCES.get(what, what)}",
}
STATISTICS = {"avg": "mean", "max": "largest", "min": "smallest", "std": "standard deviation of the", "sum": "total"}
SOURCES = {
    "num_intensities": "number of grey levels of a source",
    "peak_intensities": "peak of a source",
    "sizes": "size of a source",
    "dist": "separation of two sources",
    "x": "x of a source",
    "y": "y of a source",
}
NAMES = {
    "cluster_num": "number of sources",
    "n_sources": "number of sources",
    "n_pairs": "number of pairs of sources",
    "background_threshold": "background level",
    "gini": "Gini coefficient",
    "m20": "M20",
    "sersic_n": "Sérsic index",
    f"log_{FLUX.name}": f"{FLUX.label} of a source",
    FLUX_RADIUS.name: f"{FLUX_RADIUS.label} of a source",
    f"log_{HALF_LIGHT_RADIUS.name}": HALF_LIGHT_RADIUS.label,
}


def describe_feature(column, side):
    """Return the description of a feature from the name of its column; `side` of the images in pixels."""
    plain, _, band = column.partition("_band")
    return describe_column(plain, side) + (f" in band {band}" if band else "")


def describe_column(column, side):
    """Return the description of a column of one band; a column without one keeps its own name."""
    if column in NAMES:
        return NAMES[column]
    for pattern, describe in PATTERNS.items():
        found = re.fullmatch(pattern, column)
        if found:
            return describe(side, *found.groups())
    return display_name(column)


def describe_difference(column, side, *, real_mean, real_sd, generated_mean, generated_sd):
    """Return how a feature of generated images differs from that of real ones: in the mean, else in the scatter."""
    feature, shift = describe_feature(column, side), abs(generated_mean - real_mean)
    if shift > LARGE_SHIFT * real_sd:
        return f"{feature} is {describe_shift(column, real_mean, generated_mean)}"
    if not real_sd or not 1 / LARGE_RATIO < generated_sd / real_sd < LARGE_RATIO:
        return f"{feature} {describe_scatter(real_sd, generated_sd)}"
    if shift > SMALL_SHIFT * real_sd:
        return f"{feature} is {describe_shift(column, real_mean, generated_mean)}"
    return f"{feature}: same mean and scatter as in real images, other correlations"


def describe_shift(column, real, generated):
    """Return by how much a mean is too low or too high, in dex where the feature is a logarithm."""
    end = "low" if generated < real else "high"
    if column.startswith("log_"):
        return f"{abs(generated - real):.2g} dex too {end}"
    return f"too {end}: {generated:.3g} instead of {real:.3g}"


def describe_scatter(real, generated):
    """Return the ratio of the standard deviations of a feature."""
    if not real or not generated:
        return "varies, but is constant in real images" if generated else "is constant"
    return f"has {generated / real:.2g} times the standard deviation of real images"
