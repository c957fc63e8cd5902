"""Rule crop_blends: the central parts of stamps and blends, for the training of networks and for judging."""

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.patches import CropBlends

BLOCK = 256  # images in memory at a time


def crop_blends(*, stamps, stamp_catalogue, blends, catalogue, crops, options: CropBlends, seed, code):
    """Crop the blends of one part, and the stamps of its galaxies.

    For training: every blend and every blended galaxy. For judging: images that share no galaxy, so that they are
    independent: each blend whose galaxies do not occur in an earlier one, then the stamps of the remaining galaxies.

    Parameters
    ----------
    stamps, stamp_catalogue : str
        Stamps of the blended galaxies.
    blends, catalogue : str
        Outputs of `render_blends`.
    crops : str
        Stack written: `image (n, s, s[, band]) float32`, `blended (n,)`, 0 for a stamp and 1 for a blend.
    options : settings.patches.CropBlends

    Raises
    ------
    ValueError
        If a crop is larger than a stamp.
    """
    pixels, size = np.load(blends, mmap_mode="r"), options.size
    if size > min(pixels.shape[1:3]):
        raise ValueError(f"{blends}: crops of {size} px from images of {pixels.shape[1]} px: lower crops.size")
    with open_stack(stamps) as stack, create_stack(crops, seed=seed, code=code, **copy_attributes(stack)) as writer:
        members = galaxies_of(read_csv(catalogue, ["g1_id", "g2_id"]))
        kept, rows = CHOICES[options.use](members, [str(name) for name in read_catalogue(stamp_catalogue)["id"]])
        for start in range(0, len(rows) if options.stamps else 0, BLOCK):
            append(writer, stack["image"][rows[start : start + BLOCK]], size, 0)
        for start in range(0, len(kept), BLOCK):
            append(writer, pixels[kept[start : start + BLOCK]], size, 1)


def galaxies_of(blends):
    """Return the ids of the galaxies of each blend."""
    columns = [name for name in (blends[0] if blends else {}) if name.startswith("g") and name.endswith("_id")]
    return [{row[name] for name in columns if row[name]} for row in blends]


def choose_all(members, names):
    """Return all blends, and the rows of the stamps that occur in any of them."""
    used = set().union(*members)
    return list(range(len(members))), [row for row, name in enumerate(names) if name in used]


def choose_disjoint(members, names):
    """Return blends that share no galaxy, and the rows of the blended galaxies that occur in none of these."""
    kept, taken = [], set()
    for number, galaxies in enumerate(members):
        if not galaxies & taken:
            kept.append(number)
            taken |= galaxies
    left = set().union(*members) - taken
    return kept, [row for row, name in enumerate(names) if name in left]


CHOICES = {"training": choose_all, "judging": choose_disjoint}


def append(writer, images, size, blended):
    """Append the central parts of images to a stack."""
    y, x = ((side - size) // 2 for side in images.shape[1:3])
    cut = np.asarray(images[:, y : y + size, x : x + size], np.float32)
    writer.append(image=cut, blended=np.full(len(cut), blended, np.uint8))


if "snakemake" in globals():
    run_rule(crop_blends, snakemake)
