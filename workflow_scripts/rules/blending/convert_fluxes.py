"""Rule convert_fluxes: the magnitudes of the catalogue as an array of fluxes."""

import numpy as np

from workflow_scripts.formats.arrays import create_array
from workflow_scripts.formats.blends import read_magnitudes
from workflow_scripts.formats.stacks import open_stack
from workflow_scripts.measuring.photometry import magnitude_to_flux
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.blending import ConvertFluxes


def convert_fluxes(*, stamps, catalogue, flux, options: ConvertFluxes):
    """Write the fluxes of the galaxies of every blend.

    Parameters
    ----------
    stamps : str
        Stack of stamps, for the zero point of the data set.
    catalogue : str
        Output of `render_blends`.
    flux : str
        NPY written, (n, g) float64: 10^(-0.4 (mag - zeropoint)), NaN if a blend has fewer galaxies.
    options : settings.blending.ConvertFluxes
    """
    zeropoint_ab = options.zeropoint_ab
    if zeropoint_ab is None:
        with open_stack(stamps) as stack:
            zeropoint_ab = stack.photometry.magnitude_zeropoint
    magnitudes = read_magnitudes(catalogue)
    with create_array(flux, magnitudes.shape, np.float64) as array:
        array.extend(magnitude_to_flux(magnitudes, zeropoint_ab))


if "snakemake" in globals():
    run_rule(convert_fluxes, snakemake)
