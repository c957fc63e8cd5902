"""Rule convert_fluxes: the catalogue's magnitudes as an array of fluxes."""

import numpy as np

from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.imaging.photometry import magnitude_to_flux
from workflow_scripts.job.entry import run_rule


def convert_fluxes(*, stamps, catalogue, flux, options):
    """Write the fluxes of the galaxies of every blend.

    Parameters
    ----------
    stamps : str
        Stack of stamps: the data set's zero point.
    catalogue : str
        What `concatenate_blends` wrote.
    flux : str
        NPY written, (n, g) float64: 10^(-0.4 (mag - zeropoint)).
    options : dict
        `zeropoint_ab`; None takes the data set's, or 0 where it has none and magnitudes are instrumental.
    """
    zeropoint_ab = options["zeropoint_ab"]
    if zeropoint_ab is None:
        with open_stack(stamps) as stack:
            zeropoint_ab = stack.attributes["zeropoint_ab"] or 0.0
    rows = read_csv(catalogue, ["g1_mag", "g2_mag"])
    columns = [name for name in (rows[0] if rows else {}) if name.endswith("_mag")]
    magnitudes = np.array([[float(row[name]) for name in columns] for row in rows]).reshape(len(rows), -1)
    with create_array(flux, magnitudes.shape, np.float64) as array:
        for row in magnitude_to_flux(magnitudes, zeropoint_ab):
            array.append(row)


if "snakemake" in globals():
    run_rule(convert_fluxes, snakemake)
