"""Rule produce_blends: the members, shifts and catalogue of one shard of blends."""

import numpy as np

from workflow_scripts.blending.pairing import PairChooser, draw_shift, separation_range
from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.tables import write_csv
from workflow_scripts.job.entry import run_rule
from workflow_scripts.job.seeds import rng

GALAXY_COLUMNS = {"id": "id", "mag": "mag", "rad": "radius", "z": "z", "type": "galtype"}
COLUMNS = ["id", "distance", "shift_x", "shift_y", *(f"g{g}_{name}" for g in (1, 2) for name in GALAXY_COLUMNS)]


def produce_blends(*, stamp_catalogue, blends, options, seed):
    """Draw the blends of one shard.

    Galaxy 1 stays where it is; galaxy 2 is shifted. A blend is its members and their shifts: pixels are made when
    `concatenate_blends` writes them.

    Parameters
    ----------
    stamp_catalogue : str
        What `cut_stamps` wrote for this part.
    blends : str
        CSV written, one row per blend: `id,distance,shift_x,shift_y,g1_id,g1_mag,...,g2_type`.
    options : dict
        `blend` (name of the set), `split`, `n_blends`, `shard`, `n_shards`, `mag_low`, `mag_high`,
        `max_mag_difference`, `max_separation` (over the smaller radius), `stamp_size`.

    Raises
    ------
    ValueError
        Where the cuts leave too few galaxies.
    """
    table = cut_galaxies(read_catalogue(stamp_catalogue), options)
    chooser = PairChooser(np.asarray(table["mag"]), options["max_mag_difference"])
    shard, n_shards, n = options["shard"], options["n_shards"], options["n_blends"]
    rows = []
    for number in range(n * shard // n_shards, n * (shard + 1) // n_shards):
        generator = rng(seed, f"produce_blends {options['blend']} {options['split']}", number)
        pair = table[list(chooser.draw(generator))]
        limits = separation_range(np.asarray(pair["radius"]), options["max_separation"], options["stamp_size"])
        rows.append(describe(number, pair, draw_shift(*limits, generator)))
    write_csv(blends, rows, COLUMNS)


def cut_galaxies(table, options):
    """Return the galaxies within the magnitude limits.

    Raises
    ------
    ValueError
        Saying which cut removed how many.
    """
    magnitude = np.asarray(table["mag"])
    bright, faint = magnitude <= options["mag_low"], magnitude >= options["mag_high"]
    kept = table[(magnitude > options["mag_low"]) & (magnitude < options["mag_high"])]  # and so no NaN
    if len(kept) < 2:
        raise ValueError(
            f"{len(kept)} of {len(table)} galaxies are left to blend: mag_low {options['mag_low']} removed "
            f"{bright.sum()}, mag_high {options['mag_high']} removed {faint.sum()}"
        )
    return kept


def describe(number, pair, shift):
    """Return the catalogue row of one blend."""
    row = {"id": number, "distance": f"{np.hypot(*shift):.3f}", "shift_x": shift[0], "shift_y": shift[1]}
    for g, galaxy in enumerate(pair, 1):
        row |= {f"g{g}_{name}": galaxy[column] for name, column in GALAXY_COLUMNS.items()}
    return row


if "snakemake" in globals():
    run_rule(produce_blends, snakemake)
