"""The names of features in words, and how a feature of generated images differs from that of real ones."""

import re

from workflow_scripts.report.tables import words

FAR, ALIKE = 0.5, 0.1  # deviations: means so far apart say most; so near, nothing
WIDE = 1.25  # ratio of the scatters that is worth a word
PATTERNS = {  # of a column's name: what it is, from its parts and the side of the images in pixels
    r"log_power_corners": lambda side: "mean power at scales below 2 px",
    r"log_power_(.+)": lambda side, waves: f"mean power at scales near {side / float(waves):.2g} px",
    r"power_(\d+)": lambda side, ring: f"summed power at {int(ring)} waves per image",
    r"row_power_(\d+)": lambda side, waves: f"power of {int(waves)} waves along x",
    r"quantile_0\.5": lambda side: "median brightness",
    r"quantile_(.+)": lambda side, share: f"{100 * float(share):g} % quantile of the brightness",
    r"grey_(\d+)": lambda side, level: f"number of pixels of grey level {level}",
    r"hog_(\d+)": lambda side, number: f"entry {number} of the histogram of gradients",
    r"pattern_(\d+)": lambda side, number: f"share of texture pattern {number}",
    r"pixel_(\d+)_(\d+)": lambda side, y, x: f"brightness of the thumbnail at x={x}, y={y}",
    r"pairs_within_(.+)": lambda side, radius: f"number of pairs of sources within {float(radius):.3g} px",
    r"nearest_within_(.+)": lambda side, radius: f"number of sources with a neighbour within {float(radius):.3g} px",
    r"num_([a-z_]+)_clusters": lambda side, kind: f"number of {words(kind)} sources",
    r"([a-z]+)_clusters_distance": lambda side, kind: f"distance of the two {kind} sources",
    r"cluster_(\w+)_(avg|max|min|std|sum)": lambda side, what, how: f"{STATISTICS[how]} {SOURCES.get(what, what)}",
}
STATISTICS = {"avg": "mean", "max": "largest", "min": "smallest", "std": "scatter of the", "sum": "total"}
SOURCES = {
    "num_intensities": "number of grey levels of a source",
    "peak_intensities": "peak of a source",
    "sizes": "size of a source",
    "dist": "distance of two sources",
    "x": "x of a source",
    "y": "y of a source",
}
NAMES = {
    "cluster_num": "number of sources",
    "n_sources": "number of sources",
    "n_pairs": "number of pairs of sources",
    "background_threshold": "level of the background",
    "gini": "Gini coefficient",
    "m20": "M20",
    "sersic_n": "Sérsic index",
    "log_flux": "flux of a source",
    "flux_radius": "half-light radius of a source",
    "log_half_light_radius": "half-light radius",
}


def say_feature(column, side):
    """Return what a feature is, from the name of its column; `side` of the images in pixels."""
    plain, _, band = column.partition("_band")
    return name_of(plain, side) + (f" in band {band}" if band else "")


def name_of(column, side):
    """Return a feature in words; one that nobody described here goes by its own name."""
    if column in NAMES:
        return NAMES[column]
    for pattern, said in PATTERNS.items():
        found = re.fullmatch(pattern, column)
        if found:
            return said(side, *found.groups())
    return words(column)


def say_difference(column, side, *, real_mean, real_sd, generated_mean, generated_sd):
    """Say how a feature of generated images differs from that of real ones: by its mean, else by its scatter."""
    feature, shift = say_feature(column, side), abs(generated_mean - real_mean)
    if shift > FAR * real_sd:
        return f"{feature} is {say_shift(column, real_mean, generated_mean)}"
    if not real_sd or not 1 / WIDE < generated_sd / real_sd < WIDE:
        return f"{feature} {say_scatter(real_sd, generated_sd)}"
    if shift > ALIKE * real_sd:
        return f"{feature} is {say_shift(column, real_mean, generated_mean)}"
    return f"{feature}: alone as in real images, not so beside the others"


def say_shift(column, real, generated):
    """Say by how much a mean is too low or too high: in decades where the feature is a logarithm."""
    end = "low" if generated < real else "high"
    if column.startswith("log_"):
        return f"{abs(generated - real):.2g} dex too {end}"
    return f"too {end}: {generated:.3g}, in real images {real:.3g}"


def say_scatter(real, generated):
    """Say how much more or less a feature varies."""
    if not real or not generated:
        return "varies, in real images it does not" if generated else "is always the same"
    return f"varies {generated / real:.2g} times as much as in real images"
