"""Attributes of the galaxy at the centre of a stamp: flux, half-light radius, axis ratio, concentration."""

import numpy as np

from workflow_scripts.measuring.attributes import measure_attributes
from workflow_scripts.settings.contracts.features import Feature
from workflow_scripts.settings.declared import Declared, option

DECLARATION = Feature(rows="images")
COLUMNS = ["asinh_flux", "log_half_light_radius", "axis_ratio", "concentration"]


class Options(Declared):
    """Correction for the PSF."""

    psf_fwhm: float = option(
        0.0,
        "Full width at half maximum of the PSF to correct sizes and shapes for; 0: no correction.",
        unit="pixel",
        ge=0,
    )


def extract(images, options):
    """Measure images (n, y, x).

    Returns
    -------
    values : (n, 4) float
        asinh of the flux, which may be negative where there is no galaxy; log10 of the half-light radius in pixels;
        axis ratio; concentration.
    columns : list of str
    """
    found = measure_attributes(images, options.psf_fwhm)
    size = np.log10(found["half_light_radius"])
    return np.column_stack([np.arcsinh(found["flux"]), size, found["axis_ratio"], found["concentration"]]), COLUMNS
