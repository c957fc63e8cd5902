"""Positions of the sources of a field: their number, nearest neighbours, Ripley's K and the pair correlation.

A row per field contains sums, not ratios: K of a set of fields is the ratio of the sums over all fields (`pool`), so
that fields with few sources have little weight. Pairs have the translation correction of Ohser and Stoyan (1981),
nearest neighbours that of Hanisch (1984); both are unbiased for windows of any size.
"""

import numpy as np
from scipy.spatial import cKDTree

from workflow_scripts.measuring.detection import detect
from workflow_scripts.scenes.pairs import corrected_pairs_in_blocks, sum_within
from workflow_scripts.settings.bases.features import DetectionOptions
from workflow_scripts.settings.contracts.features import Column, Feature
from workflow_scripts.settings.declared import option

DECLARATION = Feature(rows="images")
PAIRS, NEAR = "pairs_within_", "nearest_within_"
TEXTS = {PAIRS: "number of pairs of sources within", NEAR: "number of sources with a neighbour within"}
COLUMNS = [
    Column("area", "area of a field"),
    Column("n_sources", "number of sources"),
    Column("n_pairs", "number of pairs of sources"),
    Column("n_nearest", "number of sources with a nearest neighbour"),
]


class Options(DetectionOptions):
    """Radii at which pairs are counted, equally spaced in the logarithm."""

    n_radii: int = option(10, "Number of radii.", ge=2)
    smallest: float = option(6.0, "Smallest radius.", unit="pixel", gt=0)
    largest: float = option(0.25, "Largest radius, as a fraction of the field's shorter side.", gt=0, le=0.5)


def extract(images, options):
    """Return the sums of each field of images (n, y, x).

    Returns
    -------
    values : (n, 4 + 2 n_radii) float
        area (pixel²), n_sources, n_pairs = n (n - 1), n_nearest, then the pairs and the nearest neighbours within each
        radius, corrected for the edge.
    columns : list of Column

    Raises
    ------
    ValueError
        If the field is too small for two radii.
    """
    shape = images.shape[1:3]
    radii = radii_of(shape, options)
    rows = []
    for image in images:
        sources, _ = detect(image, **options.detection)
        rows.append(sums(np.column_stack([sources["x"], sources["y"]]), shape, radii))
    within = [Column(f"{kind}{radius:.2f}", f"{TEXTS[kind]} {radius:.3g} px") for kind in TEXTS for radius in radii]
    return np.array(rows), [*COLUMNS, *within]


def radii_of(shape, options):
    """Return the radii in pixels for fields of a shape (y, x)."""
    largest = options.largest * min(shape)
    if largest <= options.smallest:
        raise ValueError(f"layout: fields of {shape[1]}x{shape[0]} px have no radius above {options.smallest} px")
    return np.round(np.geomspace(options.smallest, largest, options.n_radii), 2)


def sums(positions, shape, radii):
    """Return the sums of one field.

    Parameters
    ----------
    positions : (n, 2) float
        x, y in pixels.
    shape : (y, x)
    radii : (k,) float
        None above half of the shorter side.
    """
    n, sides = len(positions), np.array([shape[1], shape[0]], float)
    pairs = corrected_pairs_in_blocks(positions, sides, radii)
    near, total = corrected_nearest(positions, sides, radii)
    return np.concatenate([[sides.prod(), n, n * (n - 1), total], pairs, near])


def corrected_nearest(positions, sides, radii):
    """Return the weighted number of sources whose nearest neighbour is closer than r, for each r, and of all.

    Sources whose nearest neighbour is farther than the border are excluded, as a source outside may be closer.
    """
    if len(positions) < 2:
        return np.zeros(len(radii)), 0.0
    nearest = cKDTree(positions).query(positions, k=2)[0][:, 1]
    border = np.minimum(positions + 0.5, sides - 0.5 - positions).min(axis=1)  # half a pixel to the edge
    sure = nearest <= border
    weight = sides.prod() / (sides - 2 * nearest[sure, None]).prod(axis=1)
    return sum_within(nearest[sure], weight, radii), float(weight.sum())


def pool(values, columns):
    """Return the layout statistics of a set of fields.

    Parameters
    ----------
    values : (n, k) float
        Rows of `extract`; fields of one size.
    columns : list of Column

    Returns
    -------
    statistics : dict
        `radius` (m,) pixel; `counts` (n,); `ripley_k` (m,) pixel², pi r² where sources are independent;
        `pair_correlation` (m - 1,) between consecutive radii, 1 where independent; `nearest` (m,), the fraction of
        sources whose nearest neighbour is closer. NaN where no field has two sources.
    """
    radius = np.array([float(name.removeprefix(PAIRS)) for name in columns if name.startswith(PAIRS)])
    area, total, m = values[:, 0].mean(), values.sum(axis=0), len(radius)
    with np.errstate(invalid="ignore", divide="ignore"):
        ripley_k = area * total[4 : 4 + m] / total[2]
        nearest = total[4 + m :] / total[3]
    return {
        "radius": radius,
        "counts": values[:, 1],
        "ripley_k": ripley_k,
        "pair_correlation": np.diff(ripley_k) / (np.pi * np.diff(radius**2)),
        "nearest": nearest,
    }
