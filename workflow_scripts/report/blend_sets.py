"""Data for the figures of blends, read from the products in constant memory."""

import numpy as np

from workflow_scripts.formats.atomic import read_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv

N_SHOWN = 8
N_CHECKED = 1000  # most blends whose noise is measured
BLOCK = 32


def read_blend_set(described, catalogue, galaxies, summary):
    """Return the first blends of a set with their truth, distributions of all its galaxies, its noise, its baseline.

    Parameters
    ----------
    described, catalogue : str
        Output of `describe_blends`, and the catalogue of the set.
    galaxies, summary : str
        Output of `deblend_blends`.
    """
    rows = read_csv(catalogue, ["distance", "g1_mag", "g2_mag"])
    with open_stack(described) as stack:
        image = stack["image"][:N_SHOWN]
        return {
            "images": image.mean(axis=-1) if image.ndim == 4 else image,
            "masks": stack["masks"][:N_SHOWN] > 0,
            "places": np.stack([stack[axis][:N_SHOWN] for axis in "xy"], axis=-1),
            "n": len(stack),
            **read_distributions(stack, rows),
            "noise": check_noise(stack),
            "baseline": {"summary": read_json(summary), **read_baseline(galaxies)},
        }


def read_distributions(stack, rows):
    """Return magnitudes, their differences, separations, signal-to-noise ratios and blendedness of the galaxies."""
    magnitudes = [name for name in rows[0] if name.endswith("_mag")]
    pairs = [row for row in rows if row["g2_mag"]]
    known = {name: stack[name][:] for name in ("snr", "blendedness")}
    return {
        "magnitude": np.array([float(row[name]) for row in rows for name in magnitudes if row[name]]),
        "difference": column(pairs, "g2_mag") - column(pairs, "g1_mag"),
        "separation": column(pairs, "distance"),
        **{name: values[np.isfinite(values)] for name, values in known.items()},
    }


def column(rows, name):
    """Return one column of a table as numbers."""
    return np.array([float(row[name]) for row in rows])


def check_noise(stack):
    """Return measured over predicted standard deviation of the added noise, by the number of galaxies in a pixel.

    The known light of the galaxies is subtracted; the residual was added by the blending. Real stamps have noise of
    their own inside their masks: it is part of their masked light, its variance is subtracted from the variance map,
    and pixels without added noise are left out.

    Returns
    -------
    checked : dict of str to dict
        For `background`, `one galaxy`, `overlap`: `n`, pixels with added noise; `added`, their fraction of all pixels;
        `ratio`, the standard deviation of the residual over the predicted one, NaN below 100 pixels.
    """
    light = "truth" if "truth" in stack else "masked_truth"
    totals = np.zeros((3, 3))  # pixels, pixels with added noise, sum of squares
    for start in range(0, min(len(stack), N_CHECKED), BLOCK):
        rows = slice(start, min(start + BLOCK, N_CHECKED))
        residual = stack["image"][rows] - stack[light][rows].sum(axis=1)
        level = stack["variance"][rows].astype(np.float64)
        if light == "masked_truth":
            level = level - stack["truth_variance"][rows].sum(axis=1, dtype=np.float64)
        owners = stack["masks"][rows].sum(axis=1)
        owners = np.broadcast_to(owners[..., None] if residual.ndim == 4 else owners, residual.shape)
        # float32 variances differ by rounding where nothing was added
        added = level > 1e-5 * stack["variance"][rows]
        for number, selected in enumerate((owners == 0, owners == 1, owners > 1)):
            kept = selected & added
            square = residual[kept].astype(np.float64) ** 2 / level[kept]
            totals[number] += selected.sum(), kept.sum(), square.sum()
    return {name: noise_row(*row) for name, row in zip(("background", "one galaxy", "overlap"), totals, strict=True)}


def noise_row(n_pixels, n, square):
    """Return one row of the noise check."""
    return {
        "n": int(n),
        "added": n / n_pixels if n_pixels else 0.0,
        "ratio": float(np.sqrt(square / n)) if n >= 100 else np.nan,
    }


def read_baseline(galaxies):
    """Return blendedness and flux bias of the galaxies that the baseline detected."""
    rows = [row for row in read_csv(galaxies, ["blendedness", "flux_bias"]) if row["flux_bias"] and row["blendedness"]]
    return {name: column(rows, name) for name in ("blendedness", "flux_bias")}
