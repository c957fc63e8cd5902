"""Evaluation of a deblender: detections matched to the truth, errors as functions of blendedness."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def match(found, true, radius):
    """Match detections to galaxies, one to one: the largest number of pairs within a radius, then the nearest.

    Parameters
    ----------
    found : (d, 2) float
        x, y of the detections, pixel.
    true : (g, 2) float
        x, y of the galaxies, pixel.
    radius : float
        Largest distance of a match, pixel.

    Returns
    -------
    partner : (g,) int
        Row of the detection of each galaxy, -1 for none.
    """
    partner = np.full(len(true), -1)
    distance = np.hypot(*(true[:, None] - found[None]).transpose(2, 0, 1))
    near = distance <= radius
    if near.any():
        # an additional pair outweighs any sum of distances
        cost = np.where(near, distance, (radius + 1) * (min(distance.shape) + 1))
        rows, columns = linear_sum_assignment(cost)
        kept = near[rows, columns]
        partner[rows[kept]] = columns[kept]
    return partner


def nearest_neighbour(places):
    """Return the distance of each galaxy to its nearest neighbour; NaN if there is none.

    Parameters
    ----------
    places : (g, 2) float
    """
    distance = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    nearest = distance.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(nearest), nearest, np.nan)


def summarise(galaxies, n_spurious, edges, n_bootstrap, rng):
    """Return the performance of a deblender on a set of blends, with 95 % bootstrap intervals over blends.

    ASSUME: blends are independent, although a galaxy may occur in several.

    Parameters
    ----------
    galaxies : dict of str to (n,) array
        `blend` (0 to b - 1), `detected` bool, `flux_bias` (NaN where not detected), `blendedness`.
    n_spurious : (b,) int
        Unmatched detections of each blend.
    edges : sequence of float
        Edges of the bins in blendedness, ascending; the last bin includes its upper edge.
    n_bootstrap : int
    rng : numpy.random.Generator

    Returns
    -------
    summary : dict
        `completeness`, `purity`, `flux_bias` (median of (measured - true) / true), `flux_scatter` (1.4826 times the
        median deviation from it), each [value, low, high], None if undefined; `bins`: the same without purity, with
        `low`, `high` (edges) and `n`, per bin of blendedness.
    """
    n_blends = len(n_spurious)
    bins = in_bins(galaxies["blendedness"], edges)
    parts = [{name: values[chosen] for name, values in galaxies.items()} for chosen in bins]
    draws = []
    for draw in range(n_bootstrap + 1):  # the first one is the set itself
        blends = (
            np.bincount(rng.integers(n_blends, size=n_blends), minlength=n_blends) if draw else np.ones(n_blends, int)
        )
        whole = {**errors(galaxies, blends), "purity": purity(galaxies, n_spurious, blends)}
        draws.append([whole, *(errors(part, blends) for part in parts)])
    whole, *binned = (intervals(same) for same in zip(*draws, strict=True))
    for one, chosen, low, high in zip(binned, bins, edges[:-1], edges[1:], strict=True):
        one |= {"low": float(low), "high": float(high), "n": int(chosen.sum())}
    return {"n_blends": n_blends, "n_galaxies": len(galaxies["blend"]), **whole, "bins": binned}


def in_bins(blendedness, edges):
    """Return the galaxies in each bin; the first bin includes values below 0, which are due to noise."""
    number = np.digitize(blendedness, np.asarray(edges)[1:-1])
    known = np.isfinite(blendedness) & (blendedness <= edges[-1])
    return [known & (number == which) for which in range(len(edges) - 1)]


def purity(galaxies, n_spurious, blends):
    """Return the fraction of matched detections, with `blends` as the multiplicity of each blend."""
    matched = np.sum(blends[galaxies["blend"]] * galaxies["detected"])
    found = matched + np.sum(blends * n_spurious)
    return matched / found if found else np.nan


def errors(galaxies, blends):
    """Return completeness, flux bias and flux scatter, with `blends` as the multiplicity of each blend."""
    weight = blends[galaxies["blend"]]
    total, detected = weight.sum(), np.sum(weight * galaxies["detected"])
    measured = np.isfinite(galaxies["flux_bias"])
    bias = np.repeat(galaxies["flux_bias"][measured], weight[measured])
    middle = np.median(bias) if len(bias) else np.nan
    spread = 1.4826 * np.median(np.abs(bias - middle)) if len(bias) else np.nan
    return {"completeness": detected / total if total else np.nan, "flux_bias": middle, "flux_scatter": spread}


def intervals(draws):
    """Return [value, low, high] of each quantity: the value of the first draw, and the 95 % range of the others."""
    return {name: interval(np.array([draw[name] for draw in draws])) for name in draws[0]}


def interval(values):
    """Return [value, low, high]: the first number, and the 95 % range of the others; None if undefined."""
    if not np.isfinite(values[0]):
        return [None, None, None]
    known = values[1:][np.isfinite(values[1:])]
    low, high = np.percentile(known, [2.5, 97.5]).tolist() if len(known) else (None, None)
    return [float(values[0]), low, high]
