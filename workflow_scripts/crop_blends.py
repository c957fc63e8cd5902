"""Rule crop_blends: the middle of stamps and blends, as images that networks learn and judges compare."""

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.job.entry import run_rule

BLOCK = 256  # images in memory at a time


def crop_blends(*, stamps, stamp_catalogue, blends, catalogue, crops, options, seed, code):
    """Crop the blends of one part, and the stamps of the galaxies that they are made of.

    ASSUME: crops are independent. Blends that share a galaxy are not quite; with many galaxies few do.

    Parameters
    ----------
    stamps, stamp_catalogue : str
        The stamps that the blends are made of.
    blends, catalogue : str
        What `concatenate_blends` wrote.
    crops : str
        Stack written: `image (n, s, s[, band]) float32`, `blended (n,)`, 0 for a stamp and 1 for a blend.
    options : dict
        `size` in pixels; `stamps`, whether stamps are taken too.

    Raises
    ------
    ValueError
        Where a crop is larger than a stamp.
    """
    pixels, size = np.load(blends, mmap_mode="r"), options["size"]
    if size > min(pixels.shape[1:3]):
        raise ValueError(f"{blends}: crops of {size} px from images of {pixels.shape[1]} px: lower crops.size")
    with open_stack(stamps) as stack, create_stack(crops, seed=seed, code=code, **copy_attributes(stack)) as writer:
        if options["stamps"]:
            rows = members(catalogue, stamp_catalogue)
            for start in range(0, len(rows), BLOCK):
                append(writer, stack["image"][rows[start : start + BLOCK]], size, 0)
        for start in range(0, len(pixels), BLOCK):
            append(writer, pixels[start : start + BLOCK], size, 1)


def members(catalogue, stamp_catalogue):
    """Return the rows of the stamps that any blend is made of, sorted."""
    blends = read_csv(catalogue, ["g1_id", "g2_id"])
    columns = [name for name in (blends[0] if blends else {}) if name.startswith("g") and name.endswith("_id")]
    used = {row[name] for row in blends for name in columns}
    return [row for row, name in enumerate(read_catalogue(stamp_catalogue)["id"]) if str(name) in used]


def append(writer, images, size, blended):
    """Append the middle of images to a stack."""
    y, x = ((side - size) // 2 for side in images.shape[1:3])
    cut = np.asarray(images[:, y : y + size, x : x + size], np.float32)
    writer.append(image=cut, blended=np.full(len(cut), blended, np.uint8))


if "snakemake" in globals():
    run_rule(crop_blends, snakemake)
