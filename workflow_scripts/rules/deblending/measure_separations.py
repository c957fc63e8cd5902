"""Rule measure_separations: the sources that a deblender separated, compared with the galaxies of the blends."""

import numpy as np

from workflow_scripts.blending.baseline import match, nearest_neighbour
from workflow_scripts.formats.described_blends import read_blends
from workflow_scripts.formats.separations import open_separations
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import open_csv
from workflow_scripts.measuring.blend_extraction import weights_of_bands
from workflow_scripts.measuring.separation import (
    Aperture,
    colour_difference,
    overlap_of_masks,
    peak_signal_to_noise,
    relative,
    similarity,
)
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings.deblending import MeasureSeparations

KNOWN = ("blend", "galaxy", "x", "y", "snr", "blendedness", "separation", "detected")
MEASURED = ("found_x", "found_y", "iou", "flux", "found_flux", "flux_bias", "flux_error")
MEASURED += ("aperture_flux", "found_aperture_flux", "aperture_bias", "pull", "colour_bias")
MEASURED += ("e1", "e2", "found_e1", "found_e2", "ellipticity_bias", "psnr", "ssim")
COUNTS = ("blend", "n_galaxies", "n_sources", "n_matched")


def measure_separations(*, described, separated, galaxies, blends, options: MeasureSeparations):
    """Compare separate sources with the galaxies that they are matched to, one to one, by position.

    Planes are means over the bands with inverse-variance weights. Apertures are circles at the true positions.

    Parameters
    ----------
    described : str
        Output of `describe_blends`.
    separated : str
        Output of `separate_blends`.
    galaxies : str
        CSV written, a row per galaxy: `blend`, `galaxy` (from 1), `x`, `y` (pixel), `snr`, `blendedness`, `separation`
        (from the nearest galaxy, pixel), `detected` (0 or 1), and, empty for a galaxy without a source, `found_x`,
        `found_y`; `iou` of the masks; `flux` and `found_flux`, `flux_bias` ((found - true) / true), `flux_error` (its
        absolute value, at most 1, and 1 for a galaxy without a source); the same in the aperture, with `pull` ((found
        - true) / standard deviation of the noise); `colour_bias` (found - true, first band minus last, mag); `e1`,
        `e2` and `ellipticity_bias`, the change of the component towards the nearest galaxy; `psnr` (dB), `ssim`;
        `flux_BAND` and `found_flux_BAND` of several bands.
    blends : str
        CSV written, a row per blend: `blend, n_galaxies, n_sources, n_matched`.
    options : settings.deblending.MeasureSeparations
    """
    with open_stack(described) as stack, open_separations(separated) as separations:
        bands = stack.photometry.bands if stack["image"].ndim == 4 else ()
        columns = (*KNOWN, *MEASURED, *(f"{kind}_{band}" for band in bands for kind in ("flux", "found_flux")))
        with open_csv(galaxies, columns) as table, open_csv(blends, COUNTS) as counts:
            for blend in progress(read_blends(stack), "blends", len(stack)):
                sources = separations.sources(blend.number, blend.image.shape)
                partner = match(np.column_stack([sources["x"], sources["y"]]), blend.places, options.match_radius)
                table.writerows(rows_of(blend, sources, partner, bands, options.aperture_radius))
                n = {"n_galaxies": len(partner), "n_sources": len(sources["x"]), "n_matched": (partner >= 0).sum()}
                counts.writerow({"blend": blend.number, **n})


def rows_of(blend, sources, partner, bands, radius):
    """Yield the row of each galaxy of a blend as text; `partner` is the source of each galaxy, -1 for none."""
    weight, near = weights_of_bands(blend.variance), nearest_neighbour(blend.places)
    for g, source in enumerate(partner):
        known = {name: float(blend.known[name][g]) for name in ("x", "y", "snr", "blendedness")}
        row = {"blend": blend.number, "galaxy": g + 1, **known, "separation": near[g], "detected": int(source >= 0)}
        truth = blend.truth[g]
        row |= {"flux": float((truth @ weight).sum(dtype=float)), "flux_error": 1.0}
        if source >= 0:
            found = {name: values[source] for name, values in sources.items()}
            row |= {
                "found_x": found["x"],
                "found_y": found["y"],
                "iou": overlap_of_masks(blend.masks[g], found["mask"]),
            }
            row |= compare_fluxes(truth, found["image"], weight, bands)
            aperture = Aperture(*blend.places[g], radius)
            row |= compare_planes(truth @ weight, found["image"] @ weight, blend.variance @ weight**2, aperture)
            shape = row["found_e1"] - row["e1"], row["found_e2"] - row["e2"]
            row["ellipticity_bias"] = towards_neighbour(shape, blend.places, g)
        yield {name: as_text(value) for name, value in row.items()}


def compare_fluxes(truth, found, weight, bands):
    """Return the columns of the fluxes of images (y, x, band)."""
    true, seen = (image.sum(axis=(0, 1), dtype=float) for image in (truth, found))
    bias = relative(float(seen @ weight), float(true @ weight))
    row = {"found_flux": seen @ weight, "flux_bias": bias, "colour_bias": colour_difference(seen, true)}
    by_band = {f"flux_{band}": flux for band, flux in zip(bands, true, strict=False)}
    by_band |= {f"found_flux_{band}": flux for band, flux in zip(bands, seen, strict=False)}
    return {**row, "flux_error": min(abs(bias), 1.0), **by_band}


def compare_planes(truth, found, variance, aperture):
    """Return the columns of aperture fluxes, shape and reconstruction of planes (y, x)."""
    (true, error), (seen, _) = aperture.flux(truth, variance), aperture.flux(found, variance)
    (e1, e2), (found_e1, found_e2) = aperture.ellipticity(truth), aperture.ellipticity(found)
    return {
        "aperture_flux": true,
        "found_aperture_flux": seen,
        "aperture_bias": relative(seen, true),
        "pull": (seen - true) / error if error > 0 else np.nan,
        **{"e1": e1, "e2": e2, "found_e1": found_e1, "found_e2": found_e2},
        "psnr": peak_signal_to_noise(truth, found),
        "ssim": similarity(truth, found),
    }


def towards_neighbour(shape, places, g):
    """Return the component of an ellipticity (e1, e2) towards the nearest galaxy; NaN for a galaxy alone."""
    others = np.delete(places, g, axis=0) - places[g]
    if not len(others):
        return np.nan
    x, y = others[np.hypot(*others.T).argmin()]
    angle = 2 * np.arctan2(y, x)
    return shape[0] * np.cos(angle) + shape[1] * np.sin(angle)


def as_text(value):
    """Return a number with seven significant digits, nothing for NaN."""
    return value if isinstance(value, int) else "" if np.isnan(value) else f"{value:.7g}"


if "snakemake" in globals():
    run_rule(measure_separations, snakemake)
