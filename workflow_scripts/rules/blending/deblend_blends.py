"""Rule deblend_blends: a deblending baseline, detection and photometry by SEP."""

import numpy as np

from workflow_scripts.blending.baseline import match, nearest_neighbour, summarise
from workflow_scripts.formats.atomic import write_json
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import open_csv
from workflow_scripts.measuring.blend_extraction import extract_sources, weights_of_bands
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.blending import Baseline

BLOCK = 64
KEPT = {"blend": int, "detected": bool, "flux_bias": float, "blendedness": float}
COLUMNS = ("blend", "galaxy", "x", "y", "flux", "snr", "blendedness", "separation", "detected")
COLUMNS += ("found_x", "found_y", "found_flux", "flux_bias")


def deblend_blends(*, described, galaxies, summary, options: Baseline, seed):
    """Detect and measure the galaxies of every blend with SEP, and compare them with the truth.

    Detection and photometry use the blend and its variance map alone, with a background of 0. For several bands, the
    blend and the truth are averaged over the bands with inverse-variance weights.

    Parameters
    ----------
    described : str
        Output of `describe_blends`.
    galaxies : str
        CSV written, a row per galaxy: `blend`, `galaxy` (from 1), `x`, `y` (pixel), `flux` (true flux in the blend;
        for real stamps that inside its mask), `snr`, `blendedness`, `separation` (from the nearest galaxy, pixel),
        `detected` (0 or 1), `found_x`, `found_y`, `found_flux` (Kron), `flux_bias` ((found - true) / true).
    summary : str
        JSON written: return value of `blending.baseline.summarise`.
    options : settings.blending.Baseline
    """
    kept, spurious = {name: [] for name in KEPT}, []
    with open_stack(described) as stack, open_csv(galaxies, COLUMNS) as table:
        if not len(stack):
            raise ValueError(f"{described}: no blend to deblend")
        for start in progress(range(0, len(stack), BLOCK), "blocks"):
            for number, blend in enumerate(read_blends(stack, start), start):
                rows, n_spurious = deblend(blend, options)
                table.writerows({"blend": number, **formatted(row)} for row in rows)
                spurious.append(n_spurious)
                for name in KEPT:
                    kept[name] += [number if name == "blend" else row[name] for row in rows]
    columns = {name: np.array(values, kind) for (name, kind), values in zip(KEPT.items(), kept.values(), strict=True)}
    bootstrap = options.blendedness_edges, options.n_bootstrap, rng(seed, "deblend_blends")
    write_json(summary, summarise(columns, np.array(spurious), *bootstrap))


def read_blends(stack, start):
    """Yield the blends of a block: `image`, `variance (y, x)`; per galaxy `flux`, `x`, `y`, `snr`, `blendedness`."""
    rows = slice(start, start + BLOCK)
    truth = stack["truth" if "truth" in stack else "masked_truth"][rows]
    known = {name: stack[name][rows] for name in ("x", "y", "snr", "blendedness", "n_galaxies")}
    for number, (image, variance) in enumerate(zip(stack["image"][rows], stack["variance"][rows], strict=True)):
        weight = weights_of_bands(variance)
        n = known["n_galaxies"][number]
        yield {
            "image": image @ weight if image.ndim == 3 else image,
            "variance": variance @ weight**2 if image.ndim == 3 else variance,
            "flux": (truth[number][:n].sum(axis=(1, 2), dtype=float).reshape(n, -1) @ weight),
            **{name: known[name][number][:n] for name in ("x", "y", "snr", "blendedness")},
        }


def deblend(blend, options):
    """Return a row per galaxy of one blend, and the number of spurious detections."""
    sources, _ = extract_sources(blend["image"], blend["variance"], options)
    places = np.column_stack([blend["x"], blend["y"]])
    partner = match(np.column_stack([sources["x"], sources["y"]]), places, options.match_radius)
    near = nearest_neighbour(places)
    rows = []
    for g, row in enumerate(partner):
        own = {name: float(blend[name][g]) for name in ("x", "y", "flux", "snr", "blendedness")}
        seen = {f"found_{name}": float(sources[name][row]) if row >= 0 else np.nan for name in ("x", "y", "flux")}
        bias = (seen["found_flux"] - own["flux"]) / own["flux"] if own["flux"] > 0 else np.nan
        more = {"separation": float(near[g]), "detected": int(row >= 0)}
        rows.append({"galaxy": g + 1, **own, **more, **seen, "flux_bias": bias})
    return rows, len(sources["x"]) - int((partner >= 0).sum())


def formatted(row):
    """Return a row as text: seven significant digits, an empty cell for NaN."""
    return {
        name: value if isinstance(value, int) else "" if np.isnan(value) else f"{value:.7g}"
        for name, value in row.items()
    }


if "snakemake" in globals():
    run_rule(deblend_blends, snakemake)
