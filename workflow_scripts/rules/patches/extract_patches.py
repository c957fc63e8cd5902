"""Rule extract_patches: single sources on black, the training data of generators of sources."""

import logging

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.stamps import cut, inside, own_masks, stamp_corners
from workflow_scripts.imaging.windows import read_windows
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.patches import Patches


def extract_patches(*, windows, segmentation, catalogue, patches, options: Patches, seed, code):
    """Cut a patch around every source and set all pixels outside the source's mask to black.

    Black is a level below the sky: the pixelwise maximum of patch and background is then the background outside the
    mask, also where it is noise around zero. Inside the mask the background is kept, or subtracted: then a patch
    contains the light of the source alone, and the sky level is 0.

    Parameters
    ----------
    windows, segmentation, catalogue : str
        Outputs of `cut_windows` and `detect_sources`.
    patches : str
        Stack written: `image (n, s, s) float32`, `id (n,)`, and columns of the catalogue: `npix`, `flux`,
        `peak`, `flux_radius`, `axis_ratio`, `theta` (degrees), `size_class` (from 1).
    options : settings.patches.Patches

    Raises
    ------
    ValueError
        If there are too few sources to train on.
    """
    table, size, n_patches = read_catalogue(catalogue), options.size, 0
    light = options.background == "subtract"
    sky_level = 0 if light else np.median(table["background"])
    black = sky_level - options.black_sigma * np.median(table["noise"])
    with open_stack(windows) as images, open_stack(segmentation) as maps:
        with create_stack(patches, seed=seed, code=code, **copy_attributes(images)) as writer:
            pairs = zip(read_windows(images), read_windows(maps, "segmentation"), strict=True)
            for sky, labels in pairs:
                rows = table[(table["block"] == sky.block) & (table["npix"] <= options.max_npix)]
                x, y = (np.asarray(rows[name]) for name in ("x_parent", "y_parent"))
                x0, y0 = stamp_corners(x - sky.origin[0], y - sky.origin[1], size)
                whole = inside(x0, y0, size, sky.covered)
                x0, y0, ids = x0[whole], y0[whole], np.asarray(rows["id"])[whole]
                own = own_masks(cut(labels.pixels, x0, y0, size), ids, options.grow)
                level = np.asarray(rows["background"])[whole, None, None] if light else 0
                patches_here = np.where(own, cut(sky.pixels, x0, y0, size) - level, black)
                known = describe_sources(rows[whole], options.size_classes)
                writer.append(image=patches_here.astype(np.float32), id=ids, **known)
                n_patches += len(ids)
            if n_patches < options.min_patches:
                raise ValueError(
                    f"{windows}: {n_patches} sources with a whole patch of {size} px, {options.min_patches} are "
                    "needed to train on: give more sky, or lower detection.threshold_sigma, patches.size or min_patches"
                )
    logging.info("%d patches of %d sources", n_patches, len(table))


def describe_sources(rows, size_classes):
    """Return the attributes that generators can be conditioned on, a column each."""
    known = {name: np.asarray(rows[name], np.float32) for name in ("flux", "peak", "flux_radius")}
    npix = np.asarray(rows["npix"], int)
    shape = {"axis_ratio": np.float32(1) - np.asarray(rows["ellipticity"], np.float32)}
    theta = np.asarray(rows["theta"], np.float32)
    return {**known, **shape, "theta": theta, "npix": npix, "size_class": np.digitize(npix, size_classes) + 1}


if "snakemake" in globals():
    run_rule(extract_patches, snakemake)
