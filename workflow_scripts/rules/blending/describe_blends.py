"""Rule describe_blends: images, variances, masks and truth of all blends in one file."""

import numpy as np

from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.blending.truth import blendedness, isolated, signal_to_noise, truth_variance
from workflow_scripts.formats.blends import open_stamps, read_members
from workflow_scripts.formats.stacks import copy_attributes, create_stack
from workflow_scripts.measuring.photometry import magnitude_to_flux
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.settings.blending import RenderBlends

BLOCK = 16
PACKED = ("masked_truth", "truth_variance")  # zeros outside the masks


def describe_blends(*, shards, stamps, stamp_catalogue, blends, variance, described, options: RenderBlends, seed, code):
    """Write every blend with its truth.

    Parameters
    ----------
    shards : list of str
        Outputs of `pair_galaxies`, in order.
    stamps, stamp_catalogue : str
        Stamps of the blended galaxies.
    blends, variance : str
        Outputs of `render_blends` and `render_variances`.
    described : str
        Stack written, a row per blend: `image`, `variance`, `masks (g, y, x)`, `n_galaxies`, per galaxy `id`, `stamp`
        (its row), `x`, `y`, `snr`, `blendedness`, and its isolated image: `truth (g, y, x[, band])` if the stamps
        are models; else `masked_truth`, inside its mask, with `truth_variance`, and `lost_flux`, the catalogue flux
        that it does not contain.
    options : settings.blending.RenderBlends
    """
    images, variances = (np.load(path, mmap_mode="r") for path in (blends, variance))
    with open_stamps(stamps, stamp_catalogue) as source:
        table, about, pixels = source.table, copy_attributes(source.stack), source.stack.photometry
        galaxies = StampSet.of(source, subpixel=options.subpixel)
        names = {"blend": options.blend, "split": options.split, "model": int(source.is_model)}
    members, shifts = read_members(shards, len(table["id"]))
    flux = magnitude_to_flux(table["mag"], pixels.magnitude_zeropoint)
    kept = {"noise": options.noise, "noise_sigma": options.noise_sigma, "gain": options.gain}
    about |= {"packed": PACKED, "seed": seed, "code": code}
    with create_stack(described, **about, **kept, **names) as writer:
        for start in progress(range(0, len(members), BLOCK), "blocks"):
            block = slice(start, start + BLOCK)
            pixels = {"image": images[block], "variance": variances[block]}
            rows = catalogue_columns(table, members[block], shifts[block])
            writer.append(**pixels, **rows, **truths(galaxies, flux, members[block], shifts[block], variances[block]))


def catalogue_columns(table, members, shifts):
    """Return ids, stamps and positions of the galaxies of blends, (b, g); "", -1 or NaN in empty slots."""
    present = members >= 0
    names = table["id"][members]
    names = np.where(present, names, -1) if names.dtype.kind in "iu" else np.char.encode(np.where(present, names, ""))
    places = {
        axis: np.where(present, np.asarray(table[axis], float)[members] + shifts[..., number], np.nan)
        for number, axis in enumerate("xy")
    }
    return {"id": names, "stamp": members, **places, "n_galaxies": present.sum(axis=1)}


def truths(galaxies, flux, members, shifts, variances):
    """Return the columns of the isolated galaxies of several blends."""
    rows = [
        truth_of(galaxies, flux, *one)
        for one in zip(members.tolist(), shifts.tolist(), np.asarray(variances), strict=True)
    ]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def truth_of(galaxies, flux, members, shifts, variance):
    """Return the columns of the isolated galaxies of one blend."""
    light, masks = isolated(galaxies, members, shifts)
    measured = {"masks": masks, "snr": signal_to_noise(light, variance), "blendedness": blendedness(light)}
    if galaxies.model:
        return {"truth": light, **measured}
    present = np.array(members) >= 0
    lost = np.where(
        present, flux[members] - light.sum(axis=(1, 2), dtype=float).reshape(len(members), -1)[:, 0], np.nan
    )
    if light.ndim == 4:  # ASSUME: the magnitude belongs to none of several bands
        lost[:] = np.nan
    return {
        "masked_truth": light,
        "truth_variance": truth_variance(galaxies, members, masks),
        "lost_flux": lost,
        **measured,
    }


if "snakemake" in globals():
    run_rule(describe_blends, snakemake)
