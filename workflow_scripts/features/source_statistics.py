"""The 29 statistics of the sources of a field used by the published scorers, and ratios of them.

A source is a set of 8-connected pixels above a threshold; its position is that of its brightest pixel.
"""

import numpy as np
from scipy.ndimage import label
from scipy.spatial import ConvexHull, QhullError, cKDTree

from workflow_scripts.imaging.levels import noise_level
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="images")
COLUMNS = [
    "cluster_num",
    "background_threshold",
    *(f"cluster_num_intensities_{name}" for name in ("avg", "max", "min", "std")),
    *(f"cluster_peak_intensities_{name}" for name in ("avg", "max", "min", "std")),
    *(f"cluster_sizes_{name}" for name in ("avg", "std", "max", "min", "sum")),
    "cluster_x_avg",
    "cluster_y_avg",
    "cluster_dist_min",
    "cluster_dist_max",
    "largest_clusters_distance",
    "brightest_clusters_distance",
    *(f"num_{name}_clusters" for name in ("large", "small", "bright", "dark")),
    *(f"num_{size}_{light}_clusters" for light in ("bright", "dark") for size in ("large", "small")),
]
HOW = {"avg": "mean", "max": "largest", "min": "smallest", "std": "standard deviation of the", "sum": "total"}
WHAT = {
    "num_intensities": "number of grey levels of a source",
    "peak_intensities": "peak of a source",
    "sizes": "size of a source",
    "dist": "separation of two sources",
    "x": "x of a source",
    "y": "y of a source",
}
COUNTED = {name: name[len("num_") : -len("_clusters")].replace("_", " ") for name in COLUMNS if name.startswith("num_")}
TEXTS = {
    "cluster_num": "number of sources",
    "background_threshold": "background level",
    **{f"cluster_{what}_{how}": f"{HOW[how]} {WHAT[what]}" for what in WHAT for how in HOW},
    **{name: f"number of {kind} sources" for name, kind in COUNTED.items()},
    **{f"{name}_share": f"fraction of {kind} sources" for name, kind in COUNTED.items()},
    **{f"{what}_spread": f"relative scatter of the {WHAT[what]}" for what in WHAT},
    **{f"{which}_clusters_distance": f"separation of the two {which} sources" for which in ("largest", "brightest")},
}
TEXTS |= {
    "largest_share": "fraction of the pixels of all sources in the largest one",
    "intensities_per_pixel": "grey levels per pixel of a source",
    "intensities_per_pixel_max": "largest number of grey levels per pixel of the largest source",
    "peak_per_pixel": "peak per pixel of a source",
    "peak_per_intensity": "peak per grey level of a source",
    "dist_min_scaled": "smallest separation times the square root of the number of sources",
    "peak_above_background": "peak of a source above the background",
    "brightest_less_largest_distance": "separation of the two brightest less that of the two largest sources",
    "peak_sum": "sum of the peaks of all sources",
    "intensities_sum": "sum of the numbers of grey levels of all sources",
    "intensities_spread_sum": "scatter of the number of grey levels times the number of sources",
}
TOUCHING = np.ones((3, 3), int)


class Options(Declared):
    """Definition of a source.

    ASSUME: the limits of large and bright sources; the published ones are not known.
    """

    threshold_sigma: float = option(
        0.0,
        "Detection threshold above the median background, in its standard deviations, the unit of all intensities "
        "then; 0: all pixels above the commonest grey level, as published for 8-bit images.",
        ge=0,
    )
    large: int = option(12, "Smallest area of a large source.", unit="pixel2", ge=1)
    bright: float = option(12.0, "Smallest peak of a bright source above the background.", gt=0)
    ratios: bool = option(False, "Add fractions and relative spreads.")


def extract(images, options):
    """Return the statistics of images (n, y, x); undefined ones of an image without sources are 0.

    Returns
    -------
    values : (n, 29) float, or more with `ratios`
    columns : list of Column
    """
    values = np.array([statistics(*grey_levels(image, options.threshold_sigma), options) for image in images])
    if not options.ratios:
        return values, [*map(described, COLUMNS)]
    more, names = ratios(values, COLUMNS)
    return np.concatenate([values, more], axis=1), [*map(described, [*COLUMNS, *names])]


def described(name):
    """Return a column with its description."""
    return Column(name, TEXTS[name])


def grey_levels(image, threshold_sigma):
    """Return an image in integer levels, the level of the background, and the threshold of sources."""
    if not threshold_sigma:
        levels = np.asarray(image).astype(np.int64)
        background = np.bincount(levels.ravel() - levels.min()).argmax() + levels.min()
        return levels, background, background
    median = np.median(image)
    noise = noise_level(image) or 1.0
    return np.floor((image - median) / noise).astype(np.int64), 0, threshold_sigma


def statistics(levels, background, threshold, options):
    """Return the row of one image.

    Parameters
    ----------
    levels : (y, x) int
    background, threshold : float
        Level of the background; sources lie above the threshold.
    """
    labels, n = label(levels > threshold, TOUCHING)
    row = dict.fromkeys(COLUMNS, 0.0)
    row |= {"cluster_num": n, "background_threshold": threshold}
    if n:
        size, peak, distinct, positions = measure(levels, labels, n)
        row |= summary("cluster_num_intensities", distinct) | summary("cluster_peak_intensities", peak)
        row |= summary("cluster_sizes", size) | {"cluster_sizes_sum": size.sum()}
        row |= dict(zip(("cluster_x_avg", "cluster_y_avg"), positions.mean(axis=0), strict=True))
        row |= numbers(size >= options.large, peak - background >= options.bright)
        row |= distances(positions, size, peak) if n > 1 else {}
    return [row[name] for name in COLUMNS]


def measure(levels, labels, n):
    """Return size, peak and number of different levels of each source (n,), and its brightest pixel (n, 2), x and y."""
    at = np.flatnonzero(labels)
    source, level = labels.ravel()[at] - 1, levels.ravel()[at]
    order = np.lexsort((-level, source))
    source, level, at = source[order], level[order], at[order]
    first = np.searchsorted(source, np.arange(n))  # the brightest pixel of each
    new = np.append(True, (np.diff(source) != 0) | (np.diff(level) != 0))
    y, x = np.divmod(at[first], levels.shape[1])
    return np.bincount(source), level[first], np.bincount(source[new]), np.column_stack([x, y])


def summary(name, values):
    """Return the mean, extremes and standard deviation of a property of the sources."""
    found = {"avg": values.mean(), "max": values.max(), "min": values.min(), "std": values.std()}
    return {f"{name}_{key}": value for key, value in found.items()}


def numbers(large, bright):
    """Return the numbers of large, small, bright and dark sources, and of the four combinations."""
    sizes, lights = {"large": large, "small": ~large}, {"bright": bright, "dark": ~bright}
    found = {f"num_{name}_clusters": kept.sum() for name, kept in {**sizes, **lights}.items()}
    both = {f"num_{a}_{b}_clusters": (sizes[a] & lights[b]).sum() for a in sizes for b in lights}
    return found | both


def distances(positions, size, peak):
    """Return the smallest and the largest distance of two sources, and those of the two largest, the two brightest."""
    return {
        "cluster_dist_min": cKDTree(positions).query(positions, k=2)[0][:, 1].min(),
        "cluster_dist_max": largest_distance(positions),
        "largest_clusters_distance": apart(positions, size),
        "brightest_clusters_distance": apart(positions, peak),
    }


def apart(positions, order):
    """Return the distance of the last two sources in an order; ties are resolved by the row in the image."""
    first, second = positions[np.argsort(order, kind="stable")[-2:]]
    return np.hypot(*(first - second))


def largest_distance(positions):
    """Return the largest distance of two of (n, 2) positions, which are both on the convex hull."""
    try:
        hull = positions[ConvexHull(positions).vertices]
    except QhullError:  # collinear positions
        hull = positions[np.lexsort(positions.T)[[0, -1]]]
    return np.hypot(*(hull[:, None] - hull[None]).transpose(2, 0, 1)).max()


def ratios(values, columns):
    """Return fractions and relative spreads of the 29 statistics, which trees cannot represent with single splits.

    Parameters
    ----------
    values : (n, 29) float
    columns : list of Column
        The names in `COLUMNS`, in any order.

    Returns
    -------
    values : (n, k) float
    names : list of str
    """
    of = {name: values[:, columns.index(name)] for name in COLUMNS}
    n, pairs = of["cluster_num"] + 1, {}
    for name in (name for name in COLUMNS if name.startswith("num_")):
        pairs[f"{name}_share"] = of[name], n
    for name in ("num_intensities", "peak_intensities", "sizes"):
        pairs[f"{name}_spread"] = of[f"cluster_{name}_std"], of[f"cluster_{name}_avg"]
    pairs |= {
        "largest_share": (of["cluster_sizes_max"], of["cluster_sizes_sum"]),
        "intensities_per_pixel": (of["cluster_num_intensities_avg"], of["cluster_sizes_avg"]),
        "intensities_per_pixel_max": (of["cluster_num_intensities_max"], of["cluster_sizes_max"]),
        "peak_per_pixel": (of["cluster_peak_intensities_avg"], of["cluster_sizes_avg"]),
        "peak_per_intensity": (of["cluster_peak_intensities_avg"], of["cluster_num_intensities_avg"]),
    }
    found = {name: np.divide(a, b, out=np.zeros_like(a), where=np.abs(b) > 1e-9) for name, (a, b) in pairs.items()}
    found |= {
        "dist_min_scaled": of["cluster_dist_min"] * np.sqrt(n),
        "peak_above_background": of["cluster_peak_intensities_avg"] - of["background_threshold"],
        "brightest_less_largest_distance": of["brightest_clusters_distance"] - of["largest_clusters_distance"],
        "peak_sum": of["cluster_peak_intensities_avg"] * n,
        "intensities_sum": of["cluster_num_intensities_avg"] * n,
        "intensities_spread_sum": of["cluster_num_intensities_std"] * n,
    }
    return np.column_stack(list(found.values())), list(found)
