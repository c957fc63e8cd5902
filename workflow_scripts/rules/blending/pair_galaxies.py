"""Rule pair_galaxies: the members and shifts of one shard of blends."""

import logging

import numpy as np

from workflow_scripts.blending.counts import n_columns
from workflow_scripts.blending.cuts import cut_galaxies, divide
from workflow_scripts.blending.scenes import BLOCK, SceneDrawer
from workflow_scripts.blending.stamps import StampSet
from workflow_scripts.formats.blends import open_stamps
from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.progress import progress
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.blending import PairGalaxies


def pair_galaxies(*, stamps, stamp_catalogue, blends, options: PairGalaxies, seed, code):
    """Draw the blends of one shard.

    Galaxy 1 stays at the centre; the others are shifted. A blend is a list of members and shifts: `render_blends`
    renders the pixels. Blends are drawn in blocks, and a shard is a number of whole blocks.

    Parameters
    ----------
    stamps, stamp_catalogue : str
        Stamps of this part, or of all parts: then galaxies are assigned to parts here, after the cuts.
    blends : str
        Stack written: `stamp (n, g) int32`, rows of stamps, -1 in empty slots, and `shift (n, g, 2)` along x and y in
        pixels.
    options : settings.blending.PairGalaxies

    Raises
    ------
    ValueError
        If too few galaxies pass the cuts, or no blend is admissible.
    """
    with open_stamps(stamps, stamp_catalogue) as source:
        rows = choose_galaxies(source.table, source.shape, options, seed)
        drawer = SceneDrawer(
            rows,
            source.table["mag"][rows],
            source.table["flux_radius"][rows],
            source.shape[:2],
            options,
            source.area_arcmin2,
            StampSet.of(source, subpixel=options.subpixel) if options.max_blendedness < 1 else None,
        )
    n, shard, n_shards = options.n_blends, options.shard, options.n_shards
    n_blocks = -(-n // BLOCK)
    with create_stack(blends, seed=seed, code=code) as writer:
        write(writer, np.empty((0, drawer.n_columns)), np.empty((0, drawer.n_columns, 2)))
        for number in progress(range(n_blocks * shard // n_shards, n_blocks * (shard + 1) // n_shards), "blocks"):
            members, shifts = drawer.draw(rng(seed, f"produce_blends {options.blend} {options.split}", number))
            last = min(BLOCK, n - number * BLOCK)
            write(writer, members[:last], shifts[:last])


def write(writer, members, shifts):
    """Append blends to a shard."""
    writer.append(stamp=members.astype(np.int32), shift=shifts.astype(np.float64))


def choose_galaxies(table, shape, options, seed):
    """Return the rows of the galaxies of this part that pass the cuts.

    Raises
    ------
    ValueError
        If they are too few; the message lists the number of galaxies that each cut removed.
    """
    rows, removed = cut_galaxies(table, options)
    logging.info("%d of %d galaxies pass the cuts: %s", len(rows), len(table["id"]), ", ".join(removed))
    if options.divide:
        ratios = options.test_ratio, options.valid_ratio
        rows = divide(rows, *ratios, rng(seed, "produce_blends divide"))[options.split]
        removed.append("test_ratio {:g} and valid_ratio {:g} left {} for {}".format(*ratios, len(rows), options.split))
    needed = max(2, n_columns(options.n_galaxies) if options.n_galaxies.law != "poisson" else 2)
    if len(rows) < needed:
        raise ValueError(
            f"{len(rows)} of {len(table['id'])} galaxies are left to blend, {needed} are needed: {', '.join(removed)}"
        )
    check_sizes(table["flux_radius"][rows], table["id"][rows], min(shape[:2]))
    return rows


def check_sizes(radius, names, size):
    """Log the number of galaxies whose radius is above half a stamp.

    Raises
    ------
    ValueError
        If all are.
    """
    large = radius > size / 2
    if large.all():
        raise ValueError(
            f"stamps of {size} px are too small: every galaxy's radius is above half a stamp, the smallest one is "
            f"{radius.min():.3g} px (galaxy {names[radius.argmin()]}): cut larger stamps"
        )
    if large.any():
        logging.warning("%d radii are above half a stamp, the first of galaxy %s", large.sum(), names[large][0])


if "snakemake" in globals():
    run_rule(pair_galaxies, snakemake)
